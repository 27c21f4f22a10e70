package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"order":"o","lines":[{"item":"a","amount":"1"}]}`, `{"order":7}`, `{"lines":[{"item":"a","item":"b"}]}`, `[[[[`, `{"a/b~":1}`, `null`, "\xff", `{"order":"\ud800"}`, strings.Repeat("[", 40),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c desk.EarnCommand
		err := decode(data, &c, "key", "customer")
		if err == nil {
			require.True(t, json.Valid(data), "what is taken is JSON")
			require.Empty(t, c.Key+c.Customer, "what the path has is not taken from the body")
			var loose desk.EarnCommand
			require.NoError(t, json.Unmarshal(data, &loose), "and means the same to everybody")
			loose.Key, loose.Customer = "", ""
			require.Equal(t, loose.Order, c.Order)
			require.Len(t, c.Lines, len(loose.Lines))
			return
		}
		why := refused(err)
		require.Contains(t, []string{"malformed", "invalid"}, why.code)
		for _, p := range why.problems {
			require.True(t, p.Path == "" || strings.HasPrefix(p.Path, "/"), "%q is no JSON pointer", p.Path)
			require.NotEmpty(t, p.Code+p.Message)
		}
	})
}

func FuzzForms(f *testing.F) {
	f.Add("/customers/c-7/loyalty/earn", "key=k&order=o&lines.0.item=a&lines.0.amount=1")
	f.Add("/surveys/purchase", "key=k&q.nps=11&q.rate[pay]=yes&q.liked=a&q.liked=b&q.=x")
	f.Add("/cases/k-1", "key=k&act=reply&version=99999999999999999999")
	f.Add("/merges", "winner=%00&loser=%ff&key=%20")
	f.Add("/signin", "next=//evil&secret=%F0%9F%98%80")
	f.Add("/customers/c-7/erase", "confirm=%3Cscript%3E&key=k;;;&")
	b := start(f, newFake(f), nil)
	paths := map[string]bool{}
	for _, path := range forms(b.server) {
		paths[path] = true
	}
	token := b.token()
	f.Fuzz(func(t *testing.T, path, body string) {
		if !paths[path] {
			path = "/customers/c-7/loyalty/redeem"
		}
		b := *b
		b.t = t
		r := request(http.MethodPost, path, strings.NewReader("token="+url.QueryEscape(token)+"&"+body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got := b.do(r)
		require.Less(t, got.status, http.StatusInternalServerError, "%s %q: %s", path, body, got.body)
		if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			require.Empty(t, hazards(got.body), "%s %q", path, body)
		}
		if to := got.header.Get("Location"); to != "" {
			require.True(t, strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//"), to)
		}
	})
}

func FuzzUploads(f *testing.F) {
	f.Add("b", "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nt\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("b", "--b--")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		r := request(http.MethodPost, "/imports", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		up, err := readUpload(r)
		if err != nil {
			var why refusal
			require.ErrorAs(t, err, &why)
			return
		}
		require.LessOrEqual(t, len(up.token), maxPart)
		require.LessOrEqual(t, len(up.key), maxPart)
	})
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"../../etc/passwd", `C:\a\b.csv`, "a\r\nb", "\xff\xfe", "", ".", strings.Repeat("é", 200), "\u202egpj.exe", strings.Repeat("x", 6<<10)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := fileName(name)
		require.True(t, utf8.ValidString(got))
		require.LessOrEqual(t, utf8.RuneCountInString(got), maxName)
		require.NotContains(t, got, "/")
		require.NotContains(t, got, `\`)
		require.Equal(t, tidy(got), got)
	})
}

func FuzzSession(f *testing.F) {
	keys, err := newKeyring(&counting{})
	require.NoError(f, err)
	good := session{id: "abc", until: at.Add(sessionTime), signed: true}
	f.Add(keys.write(good))
	f.Add(".")
	f.Add("AAAA.AAAA")
	f.Fuzz(func(t *testing.T, cookie string) {
		if s, ok := keys.read(cookie, at); ok {
			require.Equal(t, good, s, "only what was signed is read")
		}
	})
}

func FuzzRedacted(f *testing.F) {
	for _, seed := range []string{`row "Ana"`, "ana@example.org", "+49 170 1234567", "it's", "a\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := redacted(errors.New(text))
		require.NotContains(t, got, "@")
		require.NotContains(t, got, "\n")
		require.LessOrEqual(t, len(got), 310)
	})
}
