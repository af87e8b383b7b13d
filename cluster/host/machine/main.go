// Command machine is process 1 of one node's namespaces. It reads its plan from standard
// input (whoever started it closes that when the network is in place), carries out the
// set-up commands in order, then keeps the node's processes running and reaps orphans.
// When it dies the kernel ends everything in its process namespace, containers included.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Plan is written by cluster/embedded/node/plan.ts.
type Plan struct {
	Hostname string     `json:"hostname"`
	Setup    [][]string `json:"setup"`
	// Ready is a file that is made once the set-up is done; others may then build on it.
	Ready     string    `json:"ready"`
	Processes []Process `json:"processes"`
}

// Process is one program to keep running.
type Process struct {
	Name        string   `json:"name"`
	Command     []string `json:"command"`
	Environment []string `json:"environment"`
	Log         string   `json:"log"`
	// After is an address that must answer before the process is started; empty: start at once.
	After string `json:"after"`
}

const setupTimeLimit = 30 * time.Second

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(1)
	}
}

func run() error {
	var plan Plan
	if err := json.NewDecoder(os.Stdin).Decode(&plan); err != nil {
		return fmt.Errorf("reading the plan from standard input: %w", err)
	}
	if err := syscall.Sethostname([]byte(plan.Hostname)); err != nil {
		return fmt.Errorf("setting the host name to %q: %w", plan.Hostname, err)
	}
	for _, command := range plan.Setup {
		if err := setUp(command); err != nil {
			return err
		}
	}
	if err := os.WriteFile(plan.Ready, nil, 0o644); err != nil {
		return err
	}
	// From here on every child is reaped by keep's single Wait4, so os/exec must not be used any more.
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
	go keep(plan.Processes)
	<-told
	return nil
}

func setUp(command []string) error {
	done := make(chan struct{})
	child := exec.Command(command[0], command[1:]...)
	timer := time.AfterFunc(setupTimeLimit, func() {
		select {
		case <-done:
		default:
			_ = child.Process.Kill() // Its Wait below reports the signal.
		}
	})
	output, err := child.CombinedOutput()
	close(done)
	timer.Stop()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
