package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// posted are forms that answer with a page, and what they send.
var posted = map[string]url.Values{
	"/customers/c-7/reveal":          {},
	"/customers/c-7/loyalty/earn":    {"key": {"k"}, "order": {"o-1"}, "lines.0.item": {"Kettle"}, "lines.0.amount": {"19.90"}},
	"/customers/c-7/loyalty/redeem":  {"key": {"k"}, "points": {"100"}, "quote": {"1"}},
	"/customers/c-7/loyalty/hold":    {"key": {"k"}, "hold": {"h"}, "points": {"x"}},
	"/customers/c-7/loyalty/capture": {"key": {"k"}},
	"/customers/c-7/loyalty/refund":  {"key": {"k"}},
	"/customers/c-7/consent":         {"key": {"k"}, "wording": {"<b>hello"}},
	"/customers/c-7/contacts":        {"key": {"k"}, "value": {`"><script>`}},
	"/customers/c-7/offers":          {"key": {"k"}},
	"/customers/c-7/case":            {"key": {"k"}, "text": {"only that"}},
	"/cases/k-1":                     {"key": {"k"}, "text": {"only that"}},
	"/surveys/purchase":              {"key": {"k"}, "q.nps": {"3"}},
	"/imports/shop":                  {},
	"/merges":                        {"key": {"k"}},
	"/customers/c-7/erase":           {"key": {"k"}, "confirm": {"another"}},
}

func TestEveryPageRendersAndKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	for _, path := range pages {
		got := b.get(path)
		want := http.StatusOK
		if path == "/no/such/page" {
			want = http.StatusNotFound
		}
		require.Equal(t, want, got.status, "%s: %s", path, got.body)
		require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"), path)
		require.Empty(t, barriers(got.body), path)
	}
	for path, values := range posted {
		got := b.send(path, values)
		require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, got.status, "%s: %s", path, got.body)
		require.Empty(t, barriers(got.body), path)
	}
}

func TestAnEmptyShopHasPagesToo(t *testing.T) {
	t.Parallel()
	empty := &fakeDesk{merges: []desk.MergeView{}, survey: desk.SurveyForm{Title: "Nothing to ask"}, why: desk.SegmentExplanation{Membership: desk.Membership{Label: "A segment"}, Customer: "c"}, one: desk.CasePage{CaseView: desk.CaseView{Subject: "A case", Customer: "c"}}}
	b := start(t, empty, nil)
	for _, path := range pages {
		got := b.get(path)
		require.Contains(t, []int{http.StatusOK, http.StatusNotFound}, got.status, "%s: %s", path, got.body)
		require.Empty(t, barriers(got.body), path)
	}
}

// hostile texts, each with what must not come out of it.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`javascript:alert(1)`,
	`</textarea></select></title><iframe src=//evil.example>`,
	"safe\u202egnp.exe\u2066",
	"{{.Token}} ${7*7} \x00\x1b[31m",
	`" style="position:fixed" x="`,
	"../../signout",
	strings.Repeat("<b>", 300),
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		b := start(t, poisoned(t, text), nil)
		for _, path := range pages {
			got := b.get(path)
			if path == "/no/such/page" {
				continue
			}
			require.Contains(t, []int{http.StatusOK, http.StatusSeeOther}, got.status, "%q on %s: %s", text, path, got.body)
			require.Empty(t, hazards(got.body), "%q on %s", text, path)
			d, err := parse(got.body)
			require.NoError(t, err)
			require.Empty(t, d.all("b", "img", "iframe"), "%q on %s", text, path)
			require.NotContains(t, inner(d.all("title")[0]), "\u202e", path)
		}
		for path, values := range posted {
			got := b.send(path, values)
			require.Empty(t, hazards(got.body), "%q on %s", text, path)
			d, err := parse(got.body)
			require.NoError(t, err)
			require.Empty(t, d.all("b", "img", "iframe"), "%q on %s", text, path)
		}
	}
}

// Ids come from files of others and may hold what has a meaning in an address: every link
// and every form still leads to a page of its own, and none out of its place.
func TestOddIDsAreAddresses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a/b", "../../signout", "a?b#c", "50 %", "M1158/10", "<script>x</script>"} {
		b := start(t, poisoned(t, id), nil)
		for _, path := range pages {
			d, err := parse(b.get(path).body)
			require.NoError(t, err)
			for _, n := range d.all("a", "form") {
				method, target := http.MethodGet, attr(n, "href")
				if n.Data == "form" {
					method, target = strings.ToUpper(cmp.Or(attr(n, "method"), "get")), attr(n, "action")
				}
				if !strings.HasPrefix(target, "/") {
					continue
				}
				target, _, _ = strings.Cut(target, "#") // browsers keep that to themselves
				_, pattern := b.server.mux.Handler(request(method, target, nil))
				require.True(t, strings.HasPrefix(pattern, method+" "), "%q on %s: %s %s leads to %q", id, path, method, target, pattern)
			}
		}
	}
}

// The page that opens a case is for somebody who is there.
func TestNoCaseOfNobody(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.readErr = desk.ErrNotFound
	require.Equal(t, http.StatusNotFound, start(t, f, nil).get("/customers/nobody/case").status)
}

// Marks of direction are dropped everywhere but in messages, which stand in paragraphs
// of their own that find their direction themselves.
func TestNobodyTurnsTheTextAround(t *testing.T) {
	t.Parallel()
	b := start(t, poisoned(t, "a\u202eb\u2067c"), nil)
	for _, path := range pages {
		d, err := parse(b.get(path).body)
		require.NoError(t, err)
		for n := range d.root.Descendants() {
			if n.Parent == nil || !strings.ContainsFunc(n.Data, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
				continue
			}
			require.True(t, attr(n.Parent, "dir") == "auto" || n.Parent.Data == "code", "%s: %q in %s", path, n.Data, n.Parent.Data)
		}
	}
}

func TestSearchesAreBounded(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	for _, q := range []string{strings.Repeat("x", maxSearch+1), "%ff", "%00"} {
		require.Equal(t, http.StatusUnprocessableEntity, b.get("/customers?q="+q).status)
		require.Equal(t, http.StatusUnprocessableEntity, b.get("/loyalty?q="+q).status)
		require.Equal(t, http.StatusUnprocessableEntity, b.call(http.MethodGet, "/customers?q="+q, "", "").status)
	}
}

func TestFieldsAreText(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	for _, text := range []string{"a\x00b", "\xff\xfe"} {
		require.Equal(t, http.StatusBadRequest, b.send("/cases/k-1", url.Values{"key": {"k"}, "act": {"note"}, "text": {text}}).status)
	}
	require.Equal(t, http.StatusBadRequest, b.call(http.MethodPost, "/cases/k-1/acts", "{\"act\":\"\xff\"}", "k").status)
	require.Equal(t, http.StatusUnprocessableEntity, b.call(http.MethodPost, "/cases/k-1/acts", `{"act":"a\u0000"}`, "k").status)
	require.Nil(t, f.last())
}

func TestFaultsStandBesideTheirFields(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	got := b.send("/customers/c-7/loyalty/earn", url.Values{"key": {"k"}, "lines.0.item": {"Kettle"}, "lines.1.amount": {"5"}})
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	d, err := parse(got.body)
	require.NoError(t, err)
	for _, id := range []string{"earn-order-fault", "earn-lines.0.amount-fault", "earn-lines.1.item-fault"} {
		require.Contains(t, got.body, `id="`+id+`"`)
	}
	require.Contains(t, got.body, "3 things need your attention")
	entered := 0
	for _, n := range d.all("input") {
		if v := attr(n, "value"); (attr(n, "name") == "lines.0.item" && v == "Kettle") || (attr(n, "name") == "lines.1.amount" && v == "5") {
			entered++
		}
	}
	require.Equal(t, 2, entered, "what was entered stays")
}

func TestSurveyFaultsStandBesideTheirQuestions(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	f.err = &desk.ProblemError{Kind: desk.ErrInvalid, Problems: []desk.Problem{
		{Path: "/answers/nps", Code: "required", Message: "Please answer this one"},
		{Path: "/answers/rate[pay]", Code: "choice", Message: "No such column"},
		{Path: "/answers/mail", Code: "email", Message: "No address"},
	}}
	evil := `"><script>alert(1)</script>`
	got := b.send("/surveys/purchase", url.Values{"key": {"k"}, "customer": {"c-7"}, "q.why": {evil}, "q.again": {"no"}, "q.rate[post]": {"yes"}, "q.liked": {"price", "people"}})
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	d, err := parse(got.body)
	require.NoError(t, err)
	require.Empty(t, barriers(got.body))
	for id, want := range map[string]string{"question-0-0-fault": "Please answer this one", "question-0-6-fault": "No such column", "question-0-5-fault": "No address"} {
		found := ""
		for _, n := range d.all("p") {
			if attr(n, "id") == id {
				found = inner(n)
			}
		}
		require.Equal(t, want, found)
	}
	checked := 0
	for _, n := range d.all("input") {
		if has(n, "checked") {
			checked++
		}
	}
	require.Equal(t, 4, checked, "no, delivery yes, price, people")
	require.Equal(t, evil, inner(d.all("textarea")[0]))
	sent, ok := f.last().(desk.AnswerCommand)
	require.True(t, ok)
	require.Equal(t, map[string][]string{"why": {evil}, "again": {"no"}, "rate[post]": {"yes"}, "liked": {"price", "people"}}, sent.Form)
}

func TestMethodsExplainEveryFigureOfTheDashboard(t *testing.T) {
	t.Parallel()
	for _, figure := range fixtureDashboard(t).Figures {
		require.NotEmpty(t, method(figure.Name), figure.Name)
	}
	require.Empty(t, method("something else"))
}

func TestWordsOfTheTemplates(t *testing.T) {
	t.Parallel()
	require.Equal(t, "12\u202f345", points(12345))
	require.Equal(t, "−1\u202f234\u202f567", points(-1234567))
	require.Equal(t, "−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808", points(-9223372036854775808))
	require.Equal(t, "1\u202f290.50\u00a0EUR", money(desk.Money{Amount: "1290.50", Currency: "EUR"}))
	require.Equal(t, "−3.00\u00a0EUR", money(desk.Money{Amount: "-3.00", Currency: "EUR"}))
	require.Equal(t, "0.00\u00a0EUR", money(desk.Money{Amount: "0.00", Currency: "EUR"}))
	require.Equal(t, "2 Mar 2026, 10:30 Europe/Berlin", new(zones).instant(at, "Europe/Berlin"))
	require.Equal(t, "2 Mar 2026, 09:30 UTC", new(zones).instant(at, "Nowhere/Atall"), "an unknown zone is not passed off as itself")
	require.Equal(t, "2 Mar 2026, 09:30 UTC", new(zones).instant(at, "Local"))
	require.Equal(t, "de-CH", firstLanguage([]string{"de-CH", "fr"}))
	require.Empty(t, firstLanguage(`de" onclick="x`))
	require.Equal(t, "43\u202f781 GBP of 1234.56789", grouped("43781 GBP of 1234.56789"))
	require.Equal(t, "3 h 50 min business", span("3h50m28s business"))
	require.Equal(t, "50 min 28 s", span("50m28s"))
	require.Equal(t, "0 min", span("0s"))
	require.Equal(t, "−2 min", span("-2m"))
	require.Equal(t, "soon", span("soon"))
	require.Equal(t, "No record", said("no_record"))
	require.Equal(t, "asked 10 days ago", said("asked 10 days ago"))
	require.Equal(t, "NPS", phrase("nps"))
	require.Equal(t, "First response", phrase("first_response"))
	require.Equal(t, "Übergabe", phrase("übergabe"))
}
