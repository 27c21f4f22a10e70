package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// counting is randomness that repeats from run to run.
type counting struct {
	mu sync.Mutex
	n  byte
}

func (c *counting) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}

// lockedBuffer is a log that handlers may write at the same time.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// browser keeps cookies and knows the server under test.
type browser struct {
	t       testing.TB
	server  *Server
	cookies map[string]string
	log     *lockedBuffer
}

// start starts a server over a desk and a browser for it.
func start(t testing.TB, d Desk, o *Options) *browser {
	t.Helper()
	var opts Options
	if o != nil {
		opts = *o
	}
	log := &lockedBuffer{}
	opts.Log = slog.New(slog.NewJSONHandler(log, nil))
	if opts.Random == nil {
		opts.Random = &counting{}
	}
	if opts.Now == nil {
		opts.Now = func() time.Time { return at }
	}
	s, err := New(d, &opts)
	require.NoError(t, err)
	return &browser{t: t, server: s, cookies: map[string]string{}, log: log}
}

// reply is an answer with its body.
type reply struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(r *http.Request) reply {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.server.ServeHTTP(rec, r)
	res := rec.Result()
	defer func() { require.NoError(b.t, res.Body.Close()) }()
	for _, c := range res.Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return reply{status: res.StatusCode, header: res.Header, body: string(body)}
}

func request(method, path string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, path, body)
	r.Host = "127.0.0.1:8077"
	return r
}

func (b *browser) get(path string) reply {
	b.t.Helper()
	return b.do(request(http.MethodGet, path, nil))
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]*)"`)

// token reads the session's token from a page.
func (b *browser) token() string {
	b.t.Helper()
	path := "/signin"
	if b.server.opts.Token == "" {
		path = "/merges"
	}
	found := tokenField.FindStringSubmatch(b.get(path).body)
	require.Len(b.t, found, 2, "no token on %s", path)
	return found[1]
}

// send posts a form with the session's token.
func (b *browser) send(path string, values url.Values) reply {
	b.t.Helper()
	if values.Get("token") == "" {
		values.Set("token", b.token())
	}
	return b.post(path, values)
}

// post posts a form as it is.
func (b *browser) post(path string, values url.Values) reply {
	b.t.Helper()
	r := request(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// call calls the API.
func (b *browser) call(method, path, body, key string) reply {
	b.t.Helper()
	r := request(method, "/api/v1"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return b.do(r)
}

// pages are the addresses of every page.
var pages = []string{
	"/", "/customers", "/customers?q=m&segment=loyal", "/customers/c-7", "/segments", "/customers/c-7/segments/loyal", "/loyalty", "/loyalty?q=m",
	"/customers/c-7/loyalty", "/cases", "/cases?status=all&owner=ines", "/cases/k-1", "/customers/c-7/case", "/surveys", "/surveys?customer=c-7",
	"/surveys/purchase?customer=c-7", "/merges", "/merges?done=undone", "/imports", "/privacy", "/customers/c-7/privacy", "/signin", "/no/such/page",
}
