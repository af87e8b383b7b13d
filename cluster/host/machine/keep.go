package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

const (
	restartAfter    = time.Second
	waitBetween     = 50 * time.Millisecond
	logBytesMax     = 32 << 20
	logCheckBetween = time.Minute
)

// keep starts every process and starts it again when it ends, for ever. It is the only
// place that waits for children: process 1 inherits orphans of every container, and two
// waiters would take each other's.
func keep(processes []Process) {
	running := map[int]Process{}
	start := make(chan Process, len(processes))
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGCHLD)
	for _, process := range processes {
		go func() { start <- waitFor(process) }()
	}
	go trimLogs(processes)
	for {
		select {
		case process := <-start:
			pid, err := spawn(process)
			if err != nil {
				fmt.Fprintf(os.Stderr, "machine: starting %s: %v\n", process.Name, err)
				again(start, process)
				continue
			}
			running[pid] = process
		case <-ended:
			// One signal may stand for many ends.
			for pid, status, found := reap(); found; pid, status, found = reap() {
				if process, ours := running[pid]; ours {
					delete(running, pid)
					fmt.Fprintf(os.Stderr, "machine: %s ended with status %#x, starting it again\n", process.Name, status)
					again(start, process)
				}
			}
		}
	}
}

func again(start chan<- Process, process Process) {
	time.AfterFunc(restartAfter, func() { start <- process })
}

func reap() (pid int, status syscall.WaitStatus, found bool) {
	pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
	return pid, status, err == nil && pid > 0
}

// waitFor returns the process once the address it comes after answers 200.
func waitFor(process Process) Process {
	if process.After == "" {
		return process
	}
	// The answer is only a sign of life from a process of this same machine; nothing is sent or believed.
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for {
		answer, err := client.Get(process.After)
		if err == nil {
			_ = answer.Body.Close() // Nothing of the body is wanted.
			if answer.StatusCode == http.StatusOK {
				return process
			}
		}
		time.Sleep(waitBetween)
	}
}

func spawn(process Process) (int, error) {
	log, err := os.OpenFile(process.Log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	program, err := exec.LookPath(process.Command[0])
	if err != nil {
		return 0, err
	}
	return syscall.ForkExec(program, process.Command, &syscall.ProcAttr{
		Env:   append(os.Environ(), process.Environment...),
		Files: []uintptr{null.Fd(), log.Fd(), log.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
}

// trimLogs empties a log that has grown past its limit: a cluster may run for weeks.
func trimLogs(processes []Process) {
	for {
		time.Sleep(logCheckBetween)
		for _, process := range processes {
			about, err := os.Stat(process.Log)
			if err != nil || about.Size() < logBytesMax {
				continue
			}
			if err := os.Truncate(process.Log, 0); err != nil {
				fmt.Fprintf(os.Stderr, "machine: emptying the log of %s: %v\n", process.Name, err)
			}
		}
	}
}
