package netpol

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// cached is the part that matters of what libcni keeps of each ADD until its DEL.
type cached struct {
	Arguments [][2]string `json:"cniArgs"`
	Result    struct {
		IPs []struct {
			Address string `json:"address"`
		} `json:"ips"`
	} `json:"result"`
}

// WatchAttached calls changed whenever the folder of CNI results does; it returns only on failure.
func WatchAttached(folder string, changed func()) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer watcher.Close()
	if err := watcher.Add(folder); err != nil {
		return err
	}
	changed()
	for {
		select {
		case _, open := <-watcher.Events:
			if !open {
				return fmt.Errorf("the watch of %s has ended", folder)
			}
			changed()
		case err := <-watcher.Errors:
			return fmt.Errorf("watching %s: %w", folder, err)
		}
	}
}

// ReadAttached lists the addresses given out. A file half written is one whose next event is
// about to come, so it is passed over.
func ReadAttached(folder string) ([]Attachment, error) {
	entries, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Attachment
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, parse(content)...)
	}
	return all, nil
}

func parse(content []byte) []Attachment {
	var result cached
	if json.Unmarshal(content, &result) != nil {
		return nil
	}
	arguments := map[string]string{}
	for _, pair := range result.Arguments {
		arguments[pair[0]] = pair[1]
	}
	var all []Attachment
	for _, ip := range result.Result.IPs {
		prefix, err := netip.ParsePrefix(ip.Address)
		// The loopback plugin keeps results as well; the node's own loopback is nobody's to isolate.
		if err != nil || prefix.Addr().IsLoopback() {
			continue
		}
		all = append(all, Attachment{
			Namespace: arguments["K8S_POD_NAMESPACE"],
			Pod:       arguments["K8S_POD_NAME"],
			Address:   prefix.Addr().String(),
		})
	}
	return all
}
