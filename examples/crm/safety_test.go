package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

const adminToken = "an-administrators-token-of-32-b"

// The server does not listen where other machines reach it unless it was given a token,
// and says so.
func TestAddress(t *testing.T) {
	bin := program(t)
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "example.org:80", "192.0.2.1:80"} {
		for _, token := range []string{"", "short"} {
			args := []string{"-addr", addr, "-db", t.TempDir() + "/crm.db"}
			if token != "" {
				args = append(args, "-token", token)
			}
			cmd := exec.Command(bin, args...)
			cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
			done := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
			out, err := cmd.CombinedOutput()
			require.True(t, done.Stop(), "%s with the token %q: it went on", addr, token)
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "%s with the token %q", addr, token)
			require.Contains(t, string(out), "token", addr)
		}
	}
}

// With a token, nothing but the sign-in page is there for who does not have it.
func TestToken(t *testing.T) {
	s := open(t, "-token", adminToken)
	p := s.person(t)
	c := s.client()
	require.Equal(t, http.StatusUnauthorized, statusOf(c.call(t.Context(), http.MethodGet, "/api/v1/customers", "", nil, nil)))
	c.token = adminToken + "x"
	require.Equal(t, http.StatusUnauthorized, statusOf(c.call(t.Context(), http.MethodGet, "/api/v1/customers", "", nil, nil)))
	c.token = adminToken
	var list desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers", "", nil, &list))
	require.NotEmpty(t, list.Customers)
	name := list.Customers[0].Name
	require.NotEmpty(t, name)

	for _, path := range []string{"/", "/customers", "/customers/" + list.Customers[0].ID, "/cases", "/imports", "/privacy", "/segments", "/surveys", "/merges"} {
		page := p.page(path) // ends at the sign-in page
		require.Contains(t, page, `name="secret"`, path)
		require.NotContains(t, page, name, path)
	}
	values := formOf(t, p.page("/signin?next=/customers"), "/signin")
	values.Set("secret", "wrong")
	status, _ := p.post("/signin", values)
	require.Equal(t, http.StatusUnauthorized, status)
	values.Set("secret", adminToken)
	status, page := p.post("/signin", values)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, name, "and on to where one wanted to go")
	require.NotContains(t, s.log.String(), adminToken)
}

// A form without the session's token, a form of somebody else's, and a request that a
// browser marks as coming from another site change nothing.
func TestForgedRequests(t *testing.T) {
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	act := "/customers/" + customer + "/loyalty/earn"
	form := func(p *person) url.Values {
		values := formOf(t, p.page("/customers/"+customer+"/loyalty"), act)
		require.NotEmpty(t, values.Get("token"))
		require.NotEmpty(t, values.Get("key"))
		values.Set("order", "forged")
		values.Set("lines.0.item", "cup")
		values.Set("lines.0.amount", "10.00")
		return values
	}
	p, other := s.person(t), s.person(t)
	forged := map[string]func(values url.Values, r *http.Request){
		"no token":             func(v url.Values, _ *http.Request) { v.Del("token") },
		"empty token":          func(v url.Values, _ *http.Request) { v.Set("token", "") },
		"token of another":     func(v url.Values, _ *http.Request) { v.Set("token", form(other).Get("token")) },
		"no cookie":            func(url.Values, *http.Request) {},
		"from another site":    func(_ url.Values, r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"from a sibling":       func(_ url.Values, r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"of another origin":    func(_ url.Values, r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"of another port":      func(_ url.Values, r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") },
		"of no origin":         func(_ url.Values, r *http.Request) { r.Header.Set("Origin", "null") },
		"by another host name": func(_ url.Values, r *http.Request) { r.Host = "rebound.example" },
		"as plain text":        func(_ url.Values, r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
	}
	before := accountOf(t, c, customer)
	for name, forge := range forged {
		values := form(p)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+act, nil)
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		forge(values, r)
		body := values.Encode()
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		sender := p
		if name == "no cookie" {
			sender = s.person(t)
		}
		status, _ := sender.do(r)
		require.Contains(t, []int{http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusUnsupportedMediaType}, status, name)
	}
	for _, header := range []string{"cross-site", "same-site"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/v1/customers/"+customer+"/orders",
			strings.NewReader(`{"order":"forged","lines":[{"item":"cup","amount":"10.00"}]}`))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "forged")
		r.Header.Set("Sec-Fetch-Site", header)
		status, _ := p.do(r)
		require.Equal(t, http.StatusForbidden, status, header)
	}
	require.Equal(t, before, accountOf(t, c, customer), "nothing was done")
	status, page := p.post(act, form(p))
	require.Equal(t, http.StatusOK, status, page)
	require.GreaterOrEqual(t, accountOf(t, c, customer).Balance.Issued-before.Balance.Issued, int64(10), "and the form itself works")
}

// Bodies, fields and headers have bounds, and the server lives on.
func TestBounds(t *testing.T) {
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	p := s.person(t)
	var long strings.Builder
	long.WriteString(invoices())
	for n := range 1_000_000 {
		fmt.Fprintf(&long, "9%d,too-large,2025-12-01 08:26,United Kingdom,15.30\n", n)
	}
	large := long.String()
	post := func(path, kind string, body []byte) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+path, bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", "bounds")
		status, _ := p.do(r)
		return status
	}
	orders := "/api/v1/customers/" + customer + "/orders"
	require.Equal(t, http.StatusRequestEntityTooLarge, post(orders, "application/json", bytes.Repeat([]byte(" "), 1<<20)))
	require.Equal(t, http.StatusBadRequest, post(orders, "application/json", bytes.Repeat([]byte("["), 60_000)))
	require.Equal(t, http.StatusBadRequest, post(orders, "application/json", []byte(`{"order":"1","lines":[]} {}`)))
	require.Equal(t, http.StatusUnprocessableEntity, post(orders, "application/json", []byte(`{"order":"1","order":"2","lines":[{"item":"cup","amount":"1.00"}]}`)))
	require.Equal(t, http.StatusUnprocessableEntity, post(orders, "application/json", []byte(`{"order":"1","lines":[{"item":"cup","amount":"1e999999999"}]}`)))
	require.Equal(t, http.StatusUnprocessableEntity, post(orders, "application/json", []byte(`{"order":"1","lines":[{"item":"cup","amount":"1.00","of":"x"}]}`)))
	require.Equal(t, http.StatusRequestEntityTooLarge, post("/api/v1/imports", "text/csv", []byte(large)))

	values := formOf(t, p.page("/imports"), "/imports")
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name := range values {
		require.NoError(t, form.WriteField(name, values.Get(name)))
	}
	file, err := form.CreateFormFile("file", "large.csv")
	require.NoError(t, err)
	_, err = io.WriteString(file, large)
	require.NoError(t, err)
	require.NoError(t, form.Close())
	require.Equal(t, http.StatusRequestEntityTooLarge, post("/imports", form.FormDataContentType(), body.Bytes()))

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/", nil)
	require.NoError(t, err)
	r.Header.Set("X-Long", strings.Repeat("x", 1<<20))
	status, _ := p.do(r)
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, status)
	var list desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?q=too-large", "", nil, &list))
	require.Zero(t, list.Total, "nothing of a file that is too large is imported")
}

// What people write and who they are never reaches the log: not by a form, not by an
// address that is not there, not by a search, not by a body that is refused.
func TestNothingPersonalInTheLog(t *testing.T) {
	const canary = "zebrafinch"
	s := open(t)
	c := s.client()
	p := s.person(t)
	var list desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?limit=200", "", nil, &list))
	customer := list.Customers[0].ID
	mine := "/api/v1/customers/" + customer
	email := canary + "@example.org"
	ask := func(path string, body any) error {
		return c.call(t.Context(), http.MethodPost, path, fmt.Sprint("key-", len(path), path[len(path)-1:], time.Now().UnixNano()), body, nil)
	}
	require.NoError(t, ask(mine+"/contact-points", map[string]any{"kind": "email", "value": email}))
	require.NoError(t, ask(mine+"/cases", map[string]any{"channel": "email", "subject": canary + " subject", "text": canary + " text"}))
	require.NoError(t, ask("/api/v1/surveys/nps/answers", map[string]any{"customer": customer, "answers": map[string]any{"nps": 3, "nps_improve": canary}}))
	require.NotZero(t, statusOf(ask(mine+"/contact-points", map[string]any{"kind": "email", "value": canary + "@@@"})), "refused")
	require.NotZero(t, statusOf(ask(mine+"/contact-points", map[string]any{"kind": canary, canary: canary})), "refused")
	require.NotZero(t, statusOf(ask(mine+"/orders", map[string]any{"order": canary, "lines": []map[string]string{{"item": canary, "amount": canary}}})), "refused")
	require.NotZero(t, statusOf(ask("/api/v1/customers/"+canary+"/cases", map[string]any{"channel": "email", "subject": canary, "text": canary})), "nobody")
	require.NotZero(t, statusOf(ask("/api/v1/imports?name="+canary, map[string]any{"x": canary})), "refused")
	for _, path := range []string{"/" + canary, "/customers/" + canary, "/cases/" + canary, "/surveys/" + canary, "/assets/" + canary} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+path+"?q="+canary, nil)
		require.NoError(t, err)
		r.Header.Set("User-Agent", canary)
		r.Header.Set("Referer", s.base+"/"+canary)
		r.Header.Set("X-Forwarded-For", canary)
		status, _ := p.do(r)
		require.Equal(t, http.StatusNotFound, status, path)
	}
	require.Contains(t, p.page("/customers?q="+url.QueryEscape(email)), customer, "the search finds what was written")
	require.Contains(t, p.page("/customers/"+customer), canary, "and the page shows it")
	s.stop(t)

	written := s.log.String()
	require.Contains(t, written, "/customers/{customer}", "there is a log to look at")
	require.NotContains(t, strings.ToLower(written), canary)
	require.NotContains(t, written, "@")
	for _, row := range list.Customers {
		if len(row.Name) > 5 {
			require.NotContains(t, written, row.Name)
		}
	}
}

// Once a person is erased, nothing that they wrote or were called by is in any of the
// database's files, and nobody else's rows are gone.
func TestErasure(t *testing.T) {
	const canary = "zebrafinch"
	s := open(t)
	c := s.client()
	p := s.person(t)
	customer := someCustomer(t, c)
	mine := "/api/v1/customers/" + customer
	n := 0
	ask := func(path string, body, answer any) {
		n++
		require.NoError(t, c.call(t.Context(), http.MethodPost, path, fmt.Sprint("key-", n), body, answer), path)
	}
	ask(mine+"/contact-points", map[string]any{"kind": "email", "value": canary + "@example.org"}, nil)
	var opened desk.CaseResult
	ask(mine+"/cases", map[string]any{"channel": "email", "subject": canary + " subject", "text": canary + " text"}, &opened)
	ask("/api/v1/cases/"+opened.Case.ID+"/acts", map[string]any{"act": "reply", "text": "dear " + canary, "agent": "ada"}, nil)
	ask("/api/v1/surveys/nps/answers", map[string]any{"customer": customer, "answers": map[string]any{"nps": 3, "nps_improve": canary}}, nil)
	var page desk.CustomerPage
	require.NoError(t, c.call(t.Context(), http.MethodGet, mine+"?reveal=true", "", nil, &page))
	name := page.Identity.Name
	require.NotEmpty(t, name)
	require.Contains(t, onDisk(t, s.file), canary)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(s.file + suffix)
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "%s may be read by its owner only", suffix)
	}
	var before, after desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?limit=1", "", nil, &before))

	var receipt desk.ReceiptView
	ask(mine+"/erasure", map[string]any{"confirm": customer, "reason": "asked to be forgotten"}, &receipt)
	require.NotContains(t, strings.ToLower(onDisk(t, s.file)), canary, "at once, while the server runs")
	for _, contact := range page.Contacts {
		require.NotContains(t, onDisk(t, s.file), contact.Value)
	}
	require.NotContains(t, onDisk(t, s.file), name, "the name of a simulated person is theirs alone")
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?limit=1", "", nil, &after))
	require.Equal(t, before.Total-1, after.Total)
	require.NotContains(t, p.page("/privacy"), canary)
	s.stop(t)
	require.NotContains(t, strings.ToLower(onDisk(t, s.file)), canary, "nor after a restart")
	require.NotContains(t, strings.ToLower(s.log.String()), canary)
}

// onDisk is every byte of a database's files.
func onDisk(t *testing.T, path string) string {
	var all strings.Builder
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		all.Write(data)
	}
	return all.String()
}

// someCustomer is one who has ordered and has a name.
func someCustomer(t *testing.T, c *client) string {
	var list desk.CustomerList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers?limit=200", "", nil, &list))
	for _, row := range list.Customers {
		if row.Name != "" && row.Orders > 0 {
			return row.ID
		}
	}
	require.FailNow(t, "nobody has a name and an order")
	return ""
}

func accountOf(t *testing.T, c *client, customer string) (a desk.AccountView) {
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+customer+"/account", "", nil, &a))
	return a
}
