package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

// Landlock's system calls and rights, from linux/landlock.h; Go's own syscall package is older than they are.
const (
	createRuleset = 444
	addRule       = 445
	restrictSelf  = 446

	queryVersion    = 1
	rulePathBeneath = 1
	openPath        = 0x200000 // O_PATH
)

// rights that change files, by the version of Landlock that knows them.
var rights = []struct {
	since  uintptr
	rights uint64
}{
	// write_file, and from remove_dir to make_sym
	{1, 1<<1 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11 | 1<<12},
	{2, 1 << 13}, // refer: rename and link between folders
	{3, 1 << 14}, // truncate
}

// forFiles are the rights that a rule for something that is no folder may name.
const forFiles = 1<<1 | 1<<14

type rulesetAttr struct{ handled uint64 }

type pathBeneathAttr struct {
	allowed uint64
	parent  int32
}

// confineWrites lets this thread, and what it becomes and starts, change files beneath these paths only. A kernel without
// Landlock confines nothing: the read-only root file system and the pod's volumes are then all there is.
func confineWrites(beneath []string) error {
	version, _, errno := syscall.Syscall(createRuleset, 0, 0, queryVersion)
	if errno != 0 {
		return nil
	}
	var handled uint64
	for _, known := range rights {
		if version >= known.since {
			handled |= known.rights
		}
	}
	attr := rulesetAttr{handled}
	ruleset, _, errno := syscall.Syscall(createRuleset, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return errno
	}
	defer syscall.Close(int(ruleset))
	for _, path := range beneath {
		if err := allow(ruleset, path, handled); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	// The supervisor has set no_new_privs already, without which this is refused.
	if _, _, errno := syscall.Syscall(restrictSelf, ruleset, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// allow adds a rule for one path; a path that is not there needs none.
func allow(ruleset uintptr, path string, handled uint64) error {
	fd, err := syscall.Open(path, openPath|syscall.O_CLOEXEC, 0)
	if err == syscall.ENOENT {
		return nil
	}
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	var found syscall.Stat_t
	if err := syscall.Fstat(fd, &found); err != nil {
		return err
	}
	if found.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		handled &= forFiles
	}
	rule := pathBeneathAttr{handled, int32(fd)}
	_, _, errno := syscall.Syscall6(addRule, ruleset, rulePathBeneath, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
