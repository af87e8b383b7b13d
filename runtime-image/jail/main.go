// Command jail becomes a function's process, after it gave up what a function does not need: the right to write anywhere
// but where it is told. The supervisor unpacks code into /var/task and /opt as the same user, and keeps that right; only a
// process can give it up, and only for itself and its children, which is why this stands between the two.
//
//	jail /tmp:/dev:/proc:/mnt program [argument...]
//
// When the program cannot be started, the reason goes to descriptor 3, which a program that starts never sees.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

const (
	reportTo        = 3
	statusUnstarted = 127
)

func main() {
	// A Landlock domain is a thread's; the thread that enters it must be the one that becomes the program.
	runtime.LockOSThread()
	syscall.CloseOnExec(reportTo)
	if len(os.Args) < 3 {
		fail(errors.New("usage: jail writable[:writable...] program [argument...]"))
	}
	if err := confineWrites(strings.Split(os.Args[1], ":")); err != nil {
		fail(fmt.Errorf("landlock: %w", err))
	}
	path, err := find(os.Args[2])
	if err != nil {
		fail(err)
	}
	fail(syscall.Exec(path, os.Args[2:], os.Environ()))
}

// find looks along the PATH, as a shell does, for a program named without a folder.
func find(program string) (string, error) {
	if strings.Contains(program, "/") {
		return program, nil
	}
	path, err := exec.LookPath(program)
	var refused *exec.Error
	if errors.As(err, &refused) {
		return "", refused.Err
	}
	return path, err
}

func fail(err error) {
	fmt.Fprint(os.NewFile(reportTo, "report"), err)
	os.Exit(statusUnstarted)
}
