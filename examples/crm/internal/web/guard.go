package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// policy is the content security policy of every page but a survey with its renderer.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// exchange follows one request through the guard.
type exchange struct {
	http.ResponseWriter
	id     string
	route  string // the pattern that answered
	status int
	bytes  int64
	fault  string // what went wrong, without anybody's data
	held   *session
}

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(p)
	x.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// guard stands before every request: log, recovery, headers, host name, origin, and how
// many may be at work.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, refusal{status: http.StatusForbidden, code: "origin", text: "This request came from a page of another site, so nothing was done."})
	}))
	inner := origin.Handler(s.queue(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		id, err := s.randomText(9)
		if err != nil {
			http.Error(w, "no randomness", http.StatusInternalServerError)
			return
		}
		x := &exchange{ResponseWriter: w, id: id}
		defer s.line(x, r, begun)
		defer s.recovered(x, r)
		setHeaders(w.Header())
		w.Header().Set("X-Request-Id", id)
		if !s.hostAllowed(r) {
			s.fail(x, r, refusal{status: http.StatusMisdirectedRequest, code: "host", text: "This server does not answer to that host name."})
			return
		}
		inner.ServeHTTP(x, r)
	})
}

// setHeaders are the headers of every answer. Handlers may loosen caching for what is
// nobody's.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
	h.Set("Cache-Control", "no-store")
}

// queue lets so many requests work at once, each for so long.
func (s *Server) queue(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.opts.Patience)
		defer cancel()
		select {
		case s.work <- struct{}{}:
			defer func() { <-s.work }()
		case <-ctx.Done():
			w.Header().Set("Retry-After", "5")
			s.fail(w, r, refusal{status: http.StatusServiceUnavailable, code: "busy", text: "Too many requests are at work. Please try again in a few seconds."})
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recovered answers a panic with a page that names the request. The panic's value may
// hold somebody's data, so that only its type and the stack are logged.
func (s *Server) recovered(x *exchange, r *http.Request) {
	value := recover()
	if value == nil {
		return
	}
	if value == http.ErrAbortHandler { //nolint:errorlint // the documented way to abort is this very value
		panic(value)
	}
	x.fault = fmt.Sprintf("panic %T", value)
	s.opts.Log.ErrorContext(r.Context(), "panic", slog.String("id", x.id), slog.String("route", x.route), slog.String("type", fmt.Sprintf("%T", value)), slog.String("stack", string(debug.Stack())))
	if x.status == 0 {
		s.fail(x, r, refusal{status: http.StatusInternalServerError, code: "internal", text: "Something went wrong on our side."})
	}
}

// line writes the log's line of one request.
func (s *Server) line(x *exchange, r *http.Request, begun time.Time) {
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("id", x.id), slog.String("method", knownMethod(r.Method)), slog.String("route", x.route),
		slog.Int("status", x.status), slog.Int64("bytes", x.bytes), slog.Float64("ms", milliseconds(time.Since(begun))),
	}
	if x.fault != "" {
		attrs = append(attrs, slog.String("fault", x.fault))
	}
	s.opts.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

func milliseconds(d time.Duration) float64 {
	f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 3, 64), 64)
	return f
}

// knownMethod keeps a method of a client's own invention out of the log.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

var (
	quoted    = regexp.MustCompile("\"[^\"]*\"?|'[^']*'?|`[^`]*`?|“[^”]*”?")
	addresses = regexp.MustCompile(`\S*@\S*`)
	digits    = regexp.MustCompile(`\+?\d[\d ()/.-]{5,}\d`)
)

// redacted is the text of an error for the log: what is quoted, looks like an address or
// is a long run of digits is left out, since it may be somebody's.
func redacted(err error) string {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) && len(many.Unwrap()) > 3 {
		return fmt.Sprintf("%T with %d errors", err, len(many.Unwrap()))
	}
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	text = quoted.ReplaceAllString(text, "[text]")
	text = addresses.ReplaceAllString(text, "[address]")
	text = digits.ReplaceAllString(text, "[number]")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return text
}
