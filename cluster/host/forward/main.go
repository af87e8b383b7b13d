// Command forward gives addresses inside a cluster friendly ones on the host's loopback:
// `forward 127.0.0.1:8080=10.1.128.7:80 …`. Bytes only; it knows nothing of what they say.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

const dialTimeLimit = 5 * time.Second

// connectionsMax bounds file descriptors; further callers wait in the kernel's accept queue.
const connectionsMax = 8192

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: forward LISTEN=TARGET …, as in 127.0.0.1:8080=10.1.128.7:80"))
	}
	places := make(chan struct{}, connectionsMax)
	ended := make(chan error)
	for _, pair := range os.Args[1:] {
		from, to, ok := strings.Cut(pair, "=")
		if !ok {
			fail(fmt.Errorf("%q has no '=': write LISTEN=TARGET, as in 127.0.0.1:8080=10.1.128.7:80", pair))
		}
		listener, err := net.Listen("tcp", from)
		if err != nil {
			fail(err)
		}
		go func() { ended <- accept(listener, to, places) }()
	}
	fmt.Println("forwarding", strings.Join(os.Args[1:], " "))
	fail(<-ended)
}

func accept(listener net.Listener, to string, places chan struct{}) error {
	for {
		places <- struct{}{}
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { <-places }()
			serve(client, to)
		}()
	}
}

func serve(client net.Conn, to string) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", to, dialTimeLimit)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer server.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		pass(server, client)
	}()
	pass(client, server)
	<-sent
}

// pass copies (the kernel splices between two TCP connections) and hands on the end of the stream.
// A broken connection ends the copy; the other side learns of it by the same half-close.
func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.(*net.TCPConn).CloseWrite()
	_ = from.(*net.TCPConn).CloseRead()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "forward:", err)
	os.Exit(1)
}
