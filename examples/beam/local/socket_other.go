//go:build !linux

package local

import "errors"

var errUnknown = errors.New("a socket cannot be bound to a device on this system")

func listeners() (map[int]int, error) { return nil, errors.Join(ErrExposed, errUnknown) }

func confine(int) error { return errUnknown }

func silence(int) error { return errUnknown }
