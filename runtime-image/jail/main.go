// Command jail becomes a function's process, after it gave up what a function does not need: the right to write anywhere
// but where it is told. The supervisor unpacks code into /var/task and /opt as the same user, and keeps that right; only a
// process can give it up, and only for itself and its children, which is why this stands between the two.
//
//	jail /tmp:/dev:/proc:/mnt /path/to/program [argument...]
//
// When the program cannot be started, the reason goes to descriptor 3, which a program that starts never sees.
package main

import (
	"errors"
	"fmt"
	"os"
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
		fail(errors.New("usage: jail writable[:writable...] /path/to/program [argument...]"))
	}
	if err := confineWrites(strings.Split(os.Args[1], ":")); err != nil {
		fail(fmt.Errorf("landlock: %w", err))
	}
	fail(syscall.Exec(os.Args[2], os.Args[2:], os.Environ()))
}

func fail(err error) {
	fmt.Fprint(os.NewFile(reportTo, "report"), err)
	os.Exit(statusUnstarted)
}
