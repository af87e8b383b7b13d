// Command probe is what the cluster's own end-to-end checks run in pods: a server that
// tries, on request, what the network of its pod allows: `probe :8080`. Given an address, it
// tries that before all else, as its very first packet, and keeps the outcome for /first.
// It rides in the image that every node has.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

const dialTimeLimit = time.Second

type outcome struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: probe LISTEN [TARGET], as in probe :8080 10.1.4.2:8080")
		os.Exit(2)
	}
	var first error
	if len(os.Args) == 3 {
		first = dial(os.Args[2])
	}
	http.HandleFunc("/first", func(answer http.ResponseWriter, _ *http.Request) { reply(answer, "connected", first) })
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) { reply(answer, "here", nil) })
	http.HandleFunc("/dial", func(answer http.ResponseWriter, request *http.Request) {
		reply(answer, "connected", dial(request.URL.Query().Get("to")))
	})
	http.HandleFunc("/lookup", func(answer http.ResponseWriter, request *http.Request) {
		addresses, err := net.DefaultResolver.LookupHost(request.Context(), request.URL.Query().Get("name"))
		reply(answer, fmt.Sprint(addresses), err)
	})
	http.HandleFunc("/read", func(answer http.ResponseWriter, request *http.Request) {
		content, err := os.ReadFile(request.URL.Query().Get("path"))
		reply(answer, string(content), err)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
	os.Exit(1)
}

func dial(target string) error {
	connection, err := net.DialTimeout("tcp", target, dialTimeLimit)
	if err != nil {
		return err
	}
	return connection.Close()
}

func reply(answer http.ResponseWriter, detail string, err error) {
	result := outcome{OK: err == nil, Detail: detail}
	if err != nil {
		result.Detail = err.Error()
	}
	answer.Header().Set("content-type", "application/json")
	if err := json.NewEncoder(answer).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, "answering:", err)
	}
}
