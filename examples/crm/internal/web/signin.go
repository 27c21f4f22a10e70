package web

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// signIns slows down who guesses the administrator's token: after so many wrong ones in
// a minute their address may not try until the minute is over. Others may, so that nobody
// locks the administrator out; behind a proxy all are one address. Where more addresses
// guess than are remembered, they share one count.
type signIns struct {
	lock  sync.Mutex
	since time.Time
	wrong map[string]int
}

const (
	maxWrong   = 20
	maxGuesses = 1000 // addresses that are told apart
)

func (c *signIns) allowed(from string, now time.Time) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.wrong == nil || now.Sub(c.since) >= time.Minute {
		c.since, c.wrong = now, map[string]int{}
	}
	return c.wrong[c.known(from)] < maxWrong
}

func (c *signIns) failed(from string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.wrong[c.known(from)]++
}

// known is the address under which is counted: empty for those beyond the first so many.
func (c *signIns) known(from string) string {
	if _, found := c.wrong[from]; !found && len(c.wrong) >= maxGuesses {
		return ""
	}
	return from
}

// caller is the address of who is connected, without its port.
func caller(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// authorised reports whether a request may read and write: always without a token, else
// with a signed session or the token as a bearer.
func (s *Server) authorised(r *http.Request) (bool, error) {
	if s.opts.Token == "" {
		return true, nil
	}
	if held, ok := s.heldSession(r); ok && held.signed {
		return true, nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !isAPI(r) {
		return false, nil
	}
	return s.tryToken(r, strings.TrimSpace(token))
}

// tryToken compares the administrator's token and counts the wrong ones.
func (s *Server) tryToken(r *http.Request, token string) (bool, error) {
	if !s.signIns.allowed(caller(r), s.opts.Now()) {
		return false, refusal{status: http.StatusTooManyRequests, code: "throttled", text: "Too many wrong tokens. Please try again in a minute."}
	}
	if sameToken(token, s.opts.Token) {
		return true, nil
	}
	s.signIns.failed(caller(r))
	return false, nil
}

// signInPage asks for the administrator's token.
func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) error {
	return s.page(w, r, http.StatusOK, "signin", "Sign in", signInView{Next: localPath(r.URL.Query().Get("next"))})
}

type signInView struct {
	Form form
	Next string
}

// signIn takes the token and starts a session of its own, so that an id from before
// the sign-in is worth nothing.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	right, err := s.tryToken(r, values.Get("secret"))
	if err != nil {
		return err
	}
	next := localPath(values.Get("next"))
	if !right {
		f := form{ID: "signin", faults: map[string][]string{"secret": {"This is not the token that the server was started with."}}}
		return s.page(w, r, http.StatusUnauthorized, "signin", "Sign in", signInView{Form: f, Next: next})
	}
	if _, err := s.newSession(w, true); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// signOut ends the session of this browser.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.readForm(w, r); err != nil {
		return err
	}
	http.SetCookie(w, s.cookie("", -1))
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

// localPath keeps a redirect on this server.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
