package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// forms are every POST route with a path that it answers.
func forms(s *Server) []string {
	fill := strings.NewReplacer("{customer}", "c-7", "{case}", "k-1", "{survey}", "purchase", "{merge}", "g-1", "{act}", "earn", "{hold}", "h")
	var out []string
	for _, rt := range s.Routes() {
		if rt.Method == http.MethodPost && !strings.HasPrefix(rt.Pattern, "/api/") {
			out = append(out, fill.Replace(rt.Pattern))
		}
	}
	return out
}

func TestEveryFormRefusesWithoutItsToken(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	other := start(t, newFake(t), &Options{Random: strings.NewReader(strings.Repeat("another key ring", 200))})
	stolen := other.token()
	b.token()
	require.Len(t, forms(b.server), 17)
	for _, path := range forms(b.server) {
		for name, token := range map[string]string{"none": "", "wrong": "x", "of another server": stolen} {
			got := b.post(path, url.Values{"token": {token}, "key": {"k"}, "confirm": {"c-7"}})
			want := http.StatusForbidden
			if path == "/imports" {
				want = http.StatusUnsupportedMediaType
			}
			require.Equal(t, want, got.status, "%s with token %s", path, name)
		}
		got := b.do(multipartRequest(path, map[string]string{"token": "x", "key": "k"}, "a.csv", "Invoice"))
		require.Equal(t, http.StatusForbidden, got.status, path)
	}
	// The right token of this session, sent without its cookie.
	token := b.token()
	b.cookies = map[string]string{}
	require.Equal(t, http.StatusForbidden, b.post("/customers/c-7/erase", url.Values{"token": {token}, "key": {"k"}, "confirm": {"c-7"}}).status)
	require.Nil(t, f.last(), "nothing reached the desk")
}

func multipartRequest(path string, fields map[string]string, name, content string) *http.Request {
	var body strings.Builder
	for _, field := range []string{"token", "key"} {
		if v, ok := fields[field]; ok {
			fmt.Fprintf(&body, "--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", field, v)
		}
	}
	fmt.Fprintf(&body, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\nContent-Type: text/csv\r\n\r\n%s\r\n--b--\r\n", name, content)
	r := request(http.MethodPost, path, strings.NewReader(body.String()))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	return r
}

func TestImportStreamsTheFile(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, &Options{MaxImport: 2 << 10})
	got := b.do(multipartRequest("/imports", map[string]string{"token": b.token(), "key": "k"}, `..\..\evil/invoices.csv`, "Invoice,StockCode\n1,2\n"))
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.Equal(t, "Invoice,StockCode\n1,2\n", f.imported)
	require.Equal(t, desk.ImportCommand{Key: "k", Name: "invoices.csv"}, f.last())
	require.Contains(t, got.body, "541\u202f909")
	got = b.do(multipartRequest("/imports", map[string]string{"token": b.token(), "key": "k"}, "big.csv", strings.Repeat("x", 3<<10)))
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status, got.body)
	got = b.do(multipartRequest("/imports", map[string]string{"token": b.token()}, "", "x"))
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Contains(t, got.body, "Please choose a file.")
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	for _, path := range append([]string{"/api/v1/customers", "/api/v1/openapi.json", "/healthz", "/assets/none.css"}, pages...) {
		h := b.get(path).header
		require.Equal(t, "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", h.Get("X-Frame-Options"), path)
		require.Equal(t, "same-origin", h.Get("Referrer-Policy"), path)
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"), path)
		require.NotEmpty(t, h.Get("X-Request-Id"), path)
		if !strings.HasPrefix(path, "/api/") {
			require.Equal(t, "no-store", h.Get("Cache-Control"), path)
		}
	}
	res := httptest.NewRecorder()
	b.server.ServeHTTP(res, request(http.MethodGet, "/", nil))
	cookie := res.Result().Cookies()[0]
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.Equal(t, "/", cookie.Path)
	require.Len(t, res.Result().Cookies(), 1, "one session, however many forms")
}

func TestOnlyNamesOfThisMachine(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	for host, want := range map[string]int{
		"127.0.0.1:8077": 200, "localhost:8077": 200, "LOCALHOST": 200, "[::1]:8077": 200, "127.9.9.9": 200, "localhost.:8077": 200,
		"evil.example:8077": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "10.0.0.1:8077": 421, "": 421, "[fe80::1%25eth0]:8077": 421,
	} {
		r := request(http.MethodGet, "/", nil)
		r.Host = host
		require.Equal(t, want, b.do(r).status, host)
	}
	named := start(t, newFake(t), &Options{Hosts: []string{"crm.example.org"}, Token: "a token of some length"})
	r := request(http.MethodGet, "/signin", nil)
	r.Host = "crm.example.org:8443"
	require.Equal(t, 200, named.do(r).status)
	require.Equal(t, 421, named.get("/signin").status)
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	token := b.token()
	for name, set := range map[string]func(h http.Header){
		"Sec-Fetch-Site": func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"same site":      func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"Origin":         func(h http.Header) { h.Set("Origin", "https://evil.example") },
		"null Origin":    func(h http.Header) { h.Set("Origin", "null") },
	} {
		r := request(http.MethodPost, "/merges/distinct", strings.NewReader(url.Values{"token": {token}, "key": {"k"}, "left": {"a"}, "right": {"b"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		set(r.Header)
		require.Equal(t, http.StatusForbidden, b.do(r).status, name)
		r = request(http.MethodPost, "/api/v1/distinctions", strings.NewReader(`{"left":"a","right":"b"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "k")
		set(r.Header)
		got := b.do(r)
		require.Equal(t, http.StatusForbidden, got.status, name)
		require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	}
	require.Nil(t, f.last())
	r := request(http.MethodPost, "/merges/distinct", strings.NewReader(url.Values{"token": {token}, "key": {"k"}, "left": {"a"}, "right": {"b"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusSeeOther, b.do(r).status)
}

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, &Options{MaxBody: 1 << 10})
	long := strings.Repeat("x", 2<<10)
	for _, path := range forms(b.server) {
		if path == "/imports" {
			continue
		}
		require.Equal(t, http.StatusRequestEntityTooLarge, b.post(path, url.Values{"q.why": {long}}).status, path)
	}
	got := b.call(http.MethodPost, "/distinctions", `{"left":"`+long+`"}`, "k")
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status, got.body)
	wide := start(t, f, nil)
	many := url.Values{}
	for i := range 500 {
		many.Set(fmt.Sprint("f", i), "1")
	}
	require.Equal(t, http.StatusRequestEntityTooLarge, wide.post("/merges", many).status)
	require.Nil(t, f.last())
}

func TestServerHasLimits(t *testing.T) {
	t.Parallel()
	server := start(t, newFake(t), nil).server.HTTPServer("127.0.0.1:0")
	require.Equal(t, 32<<10, server.MaxHeaderBytes)
	require.Positive(t, server.ReadHeaderTimeout)
	require.Positive(t, server.ReadTimeout)
	require.Positive(t, server.WriteTimeout)
	require.Positive(t, server.IdleTimeout)
}

// slowDesk answers when it is let go.
type slowDesk struct {
	*fakeDesk
	release chan struct{}
}

func (d slowDesk) Dashboard(ctx context.Context) (desk.Dashboard, error) {
	select {
	case <-d.release:
		return d.dash, nil
	case <-ctx.Done():
		return desk.Dashboard{}, ctx.Err()
	}
}

func TestTooManyAtWork(t *testing.T) {
	t.Parallel()
	fake := newFake(t)
	synctest.Test(t, func(t *testing.T) {
		d := slowDesk{fakeDesk: fake, release: make(chan struct{})}
		b := start(t, d, &Options{AtWork: 2, Patience: time.Second, Now: time.Now})
		var wait sync.WaitGroup
		status := make([]int, 3)
		for i := range status {
			wait.Go(func() {
				rec := httptest.NewRecorder()
				b.server.ServeHTTP(rec, request(http.MethodGet, "/", nil))
				status[i] = rec.Code
			})
		}
		wait.Wait()
		require.Equal(t, []int{503, 503, 503}, status, "two gave up at work, one waiting")
		close(d.release)
		require.Equal(t, 200, b.get("/").status, "and then there is room again")
	})
}

func TestGracefulShutdown(t *testing.T) {
	t.Parallel()
	d := slowDesk{fakeDesk: newFake(t), release: make(chan struct{})}
	s := start(t, d, nil).server
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln, 10*time.Second) }()
	type answer struct {
		status int
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		res, err := http.Get("http://" + ln.Addr().String() + "/")
		if err != nil {
			answered <- answer{err: err}
			return
		}
		_, err = io.Copy(io.Discard, res.Body)
		answered <- answer{res.StatusCode, errors.Join(err, res.Body.Close())}
	}()
	require.Eventually(t, func() bool { return len(s.work) == 1 }, 10*time.Second, time.Millisecond)
	stop()
	close(d.release)
	require.Equal(t, answer{status: 200}, <-answered, "the request at work was answered")
	require.NoError(t, <-ended)
}

func TestPanicsBecomeAPageWithAnId(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.panics = errors.New("ana@example.org owes 30")
	b := start(t, f, nil)
	got := b.get("/")
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Contains(t, got.body, got.header.Get("X-Request-Id"))
	require.NotContains(t, got.body, "ana@example.org")
	require.NotContains(t, b.log.String(), "ana@example.org")
	require.Contains(t, b.log.String(), "*errors.errorString")
	require.Contains(t, b.log.String(), got.header.Get("X-Request-Id"))
	require.Empty(t, barriers(got.body))
}

func TestTheLogHoldsNobody(t *testing.T) {
	t.Parallel()
	canary := "Wilhelmina-4d1f"
	mail := canary + "@example.org"
	f := poisoned(t, mail)
	b := start(t, f, nil)
	for _, path := range append([]string{"/customers?q=" + canary, "/surveys/purchase?customer=" + canary, "/customers/" + canary}, pages...) {
		b.get(path)
	}
	for path, values := range posted {
		values = url.Values{"token": values["token"], "key": {"k"}, "order": {mail}, "hold": {canary}, "confirm": {canary}, "q.why": {mail}, "text": {mail}}
		b.send(path, values)
	}
	f.err = fmt.Errorf("row %q of %s, +49 170 1234567: broken", mail, mail)
	b.call(http.MethodPost, "/customers/"+canary+"/refunds", `{"order":"`+mail+`"}`, canary)
	b.call("MAIL"+canary, "/customers", "", "")
	log := b.log.String()
	require.NotContains(t, log, canary)
	require.NotContains(t, log, "1234567")
	require.NotContains(t, log, "?")
	require.Contains(t, log, `"route":"/customers/{customer}/loyalty/{act}"`)
	require.Contains(t, log, `"error":"row [text] of [address] [number]: broken"`)
	for line := range strings.Lines(log) {
		require.Contains(t, line, `"id":`)
	}
}

func TestTokenWhenBoundElsewhere(t *testing.T) {
	t.Parallel()
	secret := "correct horse battery"
	f := newFake(t)
	b := start(t, f, &Options{Token: secret})
	for _, path := range pages {
		got := b.get(path)
		switch path {
		case "/signin":
			require.Equal(t, http.StatusOK, got.status)
		case "/no/such/page":
			require.Equal(t, http.StatusNotFound, got.status)
		default:
			require.Equal(t, http.StatusSeeOther, got.status, path)
			require.Equal(t, "/signin?next="+url.QueryEscape(path), got.header.Get("Location"))
		}
		require.NotContains(t, got.body, f.head.Shop, "nothing of the shop is shown")
	}
	for _, path := range forms(b.server) {
		if path != "/signin" {
			require.Equal(t, http.StatusUnauthorized, b.post(path, url.Values{"token": {b.token()}, "key": {"k"}}).status, path)
		}
	}
	require.Equal(t, http.StatusUnauthorized, b.call(http.MethodGet, "/customers", "", "").status)
	require.Nil(t, f.last())

	require.Equal(t, http.StatusUnauthorized, b.send("/signin", url.Values{"secret": {"correct horse batterx"}}).status)
	before := b.cookies[sessionCookie]
	got := b.send("/signin", url.Values{"secret": {secret}, "next": {"/cases"}})
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, "/cases", got.header.Get("Location"))
	require.NotEqual(t, before, b.cookies[sessionCookie], "a session of its own")
	require.Equal(t, http.StatusOK, b.get("/cases").status)
	require.Contains(t, b.get("/").body, "Sign out")

	found := tokenField.FindStringSubmatch(b.get("/merges").body)
	require.Equal(t, http.StatusSeeOther, b.post("/signout", url.Values{"token": {found[1]}}).status)
	require.Equal(t, http.StatusSeeOther, b.get("/").status)

	r := request(http.MethodGet, "/api/v1/customers", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	require.Equal(t, http.StatusOK, b.do(r).status)
	r = request(http.MethodGet, "/customers", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	require.Equal(t, http.StatusSeeOther, b.do(r).status, "pages take the session alone")
	require.NotContains(t, b.log.String(), "horse")
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	now := at
	b := start(t, newFake(t), &Options{Token: "correct horse battery", Now: func() time.Time { return now }})
	try := func(token string) int {
		r := request(http.MethodGet, "/api/v1/shop", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		return b.do(r).status
	}
	for range maxWrong {
		require.Equal(t, http.StatusUnauthorized, try("wrong"))
	}
	require.Equal(t, http.StatusTooManyRequests, try("correct horse battery"))
	elsewhere := request(http.MethodGet, "/api/v1/shop", nil)
	elsewhere.Header.Set("Authorization", "Bearer correct horse battery")
	elsewhere.RemoteAddr = "203.0.113.7:4711"
	require.Equal(t, http.StatusOK, b.do(elsewhere).status, "who guesses locks nobody else out")
	now = now.Add(time.Minute)
	require.Equal(t, http.StatusOK, try("correct horse battery"))
}

// However many addresses guess, what is remembered of them is bounded.
func TestGuessesFromManyAddresses(t *testing.T) {
	t.Parallel()
	var c signIns
	for i := range maxGuesses + maxWrong {
		from := strconv.Itoa(i)
		require.True(t, c.allowed(from, at))
		c.failed(from)
	}
	require.LessOrEqual(t, len(c.wrong), maxGuesses+1)
	require.False(t, c.allowed("one more", at), "those beyond share one count")
	require.True(t, c.allowed("0", at))
}

func TestSessionsEndAndCannotBeMade(t *testing.T) {
	t.Parallel()
	now := at
	b := start(t, newFake(t), &Options{Token: "correct horse battery", Now: func() time.Time { return now }})
	b.send("/signin", url.Values{"secret": {"correct horse battery"}})
	require.Equal(t, http.StatusOK, b.get("/").status)
	good := b.cookies[sessionCookie]
	for i := range len(good) {
		b.cookies[sessionCookie] = good[:i] + string(good[i]^1) + good[i+1:]
		if s, ok := b.server.keys.read(b.cookies[sessionCookie], now); ok {
			require.Equal(t, good[:len(good)-1], b.cookies[sessionCookie][:len(good)-1], "only unused bits of the last character may differ: %v", s.signed)
		}
	}
	b.cookies[sessionCookie] = good
	now = now.Add(sessionTime)
	require.Equal(t, http.StatusSeeOther, b.get("/").status)
}

func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/cases?a=b": "/cases?a=b", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/",
	} {
		require.Equal(t, want, localPath(next), next)
	}
}

func TestAddressesThatMayBeBound(t *testing.T) {
	t.Parallel()
	const token = "sixteen bytes or more"
	for _, c := range []struct {
		addr, token string
		ok          bool
	}{
		{"127.0.0.1:8077", "", true},
		{"localhost:0", "", true},
		{"[::1]:8077", "", true},
		{":8077", "", false},
		{"0.0.0.0:8077", "", false},
		{"[::]:8077", "", false},
		{"192.168.1.5:8077", "", false},
		{"crm.example.org:8077", "", false},
		{"127.0.0.1", "", false},
		{":8077", token, true},
		{":8077", "short", false},
		{"127.0.0.1:8077", "short", false},
	} {
		err := CheckAddress(c.addr, c.token)
		if c.ok {
			require.NoError(t, err, c.addr)
		} else {
			require.ErrorIs(t, err, ErrAddress, c.addr)
		}
	}
}

func TestWrongMethods(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	got := b.do(request(http.MethodPut, "/customers/c-7/loyalty/earn", nil))
	require.Equal(t, http.StatusMethodNotAllowed, got.status)
	require.Equal(t, "POST", got.header.Get("Allow"))
	got = b.call(http.MethodDelete, "/merges", "", "")
	require.Equal(t, http.StatusMethodNotAllowed, got.status)
	require.Equal(t, "GET, POST", got.header.Get("Allow"))
	require.Equal(t, http.StatusNotFound, b.call(http.MethodGet, "/nothing", "", "").status)
	require.Equal(t, http.StatusOK, b.do(request(http.MethodHead, "/customers", nil)).status)
}
