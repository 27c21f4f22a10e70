package local

import (
	"errors"
	"net"
	"os"
	"strconv"
	"syscall"
)

// listeners are the process's listening TCP sockets that are not bound to a loopback
// address, by port.
func listeners() (map[int]int, error) {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	found := map[int]int{}
	for _, entry := range open {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if on, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN); err != nil || on == 0 {
			continue
		}
		address, err := syscall.Getsockname(fd)
		if err != nil {
			continue
		}
		switch at := address.(type) {
		case *syscall.SockaddrInet4:
			if !net.IP(at.Addr[:]).IsLoopback() {
				found[at.Port] = fd
			}
		case *syscall.SockaddrInet6:
			if !net.IP(at.Addr[:]).IsLoopback() {
				found[at.Port] = fd
			}
		}
	}
	return found, nil
}

// confine binds a socket to the loopback device: the kernel finds no listener for
// packets that came in by another one.
func confine(fd int) error {
	name, err := loopback()
	if err != nil {
		return err
	}
	return syscall.BindToDevice(fd, name)
}

// silence ends the listening of a socket; its owner's Accept returns an error.
func silence(fd int) error { return syscall.Shutdown(fd, syscall.SHUT_RDWR) }

func loopback() (string, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return "", err
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback != 0 {
			return i.Name, nil
		}
	}
	return "", errors.New("no loopback device")
}
