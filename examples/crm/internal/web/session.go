package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// A session is a random id with the end of its time and whether its holder has signed
// in, signed with a key that lives as long as the process. Nothing is stored: a restart
// ends every session, and what a form then sends is refused with a page that says so.

const (
	sessionCookie = "crm_session"
	sessionTime   = 12 * time.Hour
	idBytes       = 18
)

// session is what the cookie says.
type session struct {
	id     string
	until  time.Time
	signed bool // the holder gave the administrator's token
}

// keyring signs sessions and the tokens of their forms.
type keyring struct{ key [32]byte }

func newKeyring(random io.Reader) (keyring, error) {
	var k keyring
	_, err := io.ReadFull(random, k.key[:])
	return k, err
}

// mac signs what for one purpose, so that no signature serves another.
func (k keyring) mac(purpose string, what []byte) []byte {
	h := hmac.New(sha256.New, k.key[:])
	io.WriteString(h, purpose) //nolint:errcheck // a hash takes everything
	h.Write([]byte{0})
	h.Write(what)
	return h.Sum(nil)
}

// body is the part of the cookie that is signed.
func (s session) body() []byte {
	out := make([]byte, 0, len(s.id)+9)
	out = append(out, s.id...)
	out = binary.BigEndian.AppendUint64(out, uint64(s.until.Unix()))
	if s.signed {
		return append(out, 1)
	}
	return append(out, 0)
}

func (k keyring) write(s session) string {
	return base64.RawURLEncoding.EncodeToString(s.body()) + "." + base64.RawURLEncoding.EncodeToString(k.mac("session", s.body()))
}

// read gives the session of a cookie's value; false where it is not ours or is over.
func (k keyring) read(value string, now time.Time) (session, bool) {
	text, sum, found := strings.Cut(value, ".")
	body, err := base64.RawURLEncoding.DecodeString(text)
	mac, errSum := base64.RawURLEncoding.DecodeString(sum)
	if !found || err != nil || errSum != nil || len(body) < 9 {
		return session{}, false
	}
	if !hmac.Equal(mac, k.mac("session", body)) {
		return session{}, false
	}
	id, rest := body[:len(body)-9], body[len(body)-9:]
	out := session{id: string(id), until: time.Unix(int64(binary.BigEndian.Uint64(rest[:8])), 0).UTC(), signed: rest[8] == 1}
	return out, now.Before(out.until)
}

// formToken is the token of a session's forms.
func (k keyring) formToken(s session) string {
	return base64.RawURLEncoding.EncodeToString(k.mac("form", []byte(s.id)))
}

// isFormToken compares in constant time.
func (k keyring) isFormToken(s session, token string) bool {
	return s.id != "" && subtle.ConstantTimeCompare([]byte(token), []byte(k.formToken(s))) == 1
}

// sameToken compares two secrets in a time that depends on neither.
func sameToken(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && want != ""
}

// randomText gives n random bytes as text that fits a header, a path and a form.
func (s *Server) randomText(n int) (string, error) {
	buf := make([]byte, n)
	s.randomLock.Lock()
	defer s.randomLock.Unlock()
	if _, err := io.ReadFull(s.opts.Random, buf); err != nil {
		return "", errors.New("web: no randomness")
	}
	return base64.RawURLEncoding.EncodeToString(buf), nil
}

// session gives the request's session; where it has none, or one that is over, a new one
// is set.
func (s *Server) session(w http.ResponseWriter, r *http.Request) (session, error) {
	x := follow(w)
	if x != nil && x.held != nil {
		return *x.held, nil
	}
	if held, ok := s.heldSession(r); ok {
		return held, nil
	}
	return s.newSession(w, false)
}

func (s *Server) heldSession(r *http.Request) (session, bool) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return session{}, false
	}
	return s.keys.read(c.Value, s.opts.Now())
}

func (s *Server) newSession(w http.ResponseWriter, signed bool) (session, error) {
	id, err := s.randomText(idBytes)
	if err != nil {
		return session{}, err
	}
	out := session{id: id, until: s.opts.Now().Add(sessionTime).Truncate(time.Second).UTC(), signed: signed}
	http.SetCookie(w, s.cookie(s.keys.write(out), int(sessionTime/time.Second)))
	if x := follow(w); x != nil {
		x.held = &out // one request starts one session, however many forms its page has
	}
	return out, nil
}

// cookie is the session's: not for scripts, not for other sites, gone after its time.
func (s *Server) cookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: s.opts.Secure, SameSite: http.SameSiteStrictMode,
	}
}
