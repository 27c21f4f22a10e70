package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// ErrAddress says that an address may not be bound: it is not on loopback and there is
// no token, or it cannot be read.
var ErrAddress = errors.New("web: address refused")

// shortestToken is the least number of bytes of an administrator's token.
const shortestToken = 16

// CheckAddress says whether a server with this token may listen on addr ("127.0.0.1:8077").
// Anything but loopback needs a token of at least 16 bytes; an empty host, which means
// every interface, is not loopback, and neither is a name other than localhost, since
// whoever answers for the name decides where it leads.
func CheckAddress(addr, token string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAddress, err)
	}
	if token != "" && len(token) < shortestToken {
		return fmt.Errorf("%w: the token has %d bytes and needs at least %d", ErrAddress, len(token), shortestToken)
	}
	if IsLoopback(host) || token != "" {
		return nil
	}
	return fmt.Errorf("%w: %q can be reached from other machines, which needs -token", ErrAddress, addr)
}

// IsLoopback reports whether host, without a port, names this machine alone: localhost,
// an address in 127.0.0.0/8 or ::1, in brackets or not.
func IsLoopback(host string) bool {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback()
}

// hostAllowed reports whether a request may call this server by the name in its Host
// header. A page of a stranger's site that was led to loopback by its own name server
// still sends its own name.
func (s *Server) hostAllowed(r *http.Request) bool {
	host := r.Host
	bare := host
	if name, _, err := net.SplitHostPort(host); err == nil {
		bare = name
	}
	for _, allowed := range s.opts.Hosts {
		if strings.EqualFold(allowed, host) || strings.EqualFold(allowed, bare) {
			return true
		}
	}
	if len(s.opts.Hosts) > 0 {
		return false
	}
	return s.opts.Token != "" || IsLoopback(bare)
}
