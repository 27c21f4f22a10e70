package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// The stories of people who use the application, in a real browser.

// A file of invoices is imported, and again without effect.
func TestStoryImport(t *testing.T) {
	browserPath(t)
	s := open(t)
	b := s.browse(t, desktop)
	file := filepath.Join(t.TempDir(), "autumn <b>sale & more.csv")
	text := invoices("1", "2", "3") + "700009,98765,yesterday,United Kingdom,15.30\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	load := func() int {
		b.open("/imports")
		b.do(chromedp.SetUploadFiles(chromedp.CSS("#import-file"), []string{file}))
		return b.press(`form[action="/imports"] button`)
	}
	require.Equal(t, http.StatusOK, load())
	report := b.text("#report")
	require.Contains(t, report, "autumn <b>sale & more.csv was imported", "the name of a file is text")
	b.shoot("report")
	section := b.text(`section[aria-labelledby="report"]`)
	require.Contains(t, section, "What could not be read", section)
	c := s.client()
	var page desk.CustomerPage
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+invoiceCustomer, "", nil, &page))
	require.Equal(t, int64(3), page.Summary.Orders)
	require.Equal(t, "45.90", page.Summary.Net.Amount)
	points := page.Account.Balance.Issued
	require.Equal(t, int64(45), points, "a point a pound and order, rounded down: three times 15.30")

	require.Equal(t, http.StatusOK, load())
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/customers/"+invoiceCustomer, "", nil, &page))
	require.Equal(t, int64(3), page.Summary.Orders, "importing again changes nothing")
	require.Equal(t, points, page.Account.Balance.Issued)
	require.Contains(t, b.text(`section[aria-labelledby="report"]`), "Known before")
	b.open("/customers?q=" + invoiceCustomer)
	require.True(t, b.has(`main a[href="/customers/`+invoiceCustomer+`"]`))
	b.open("/customers/" + invoiceCustomer)
	require.Contains(t, b.text("main"), "700003")
	b.shoot("customer")
}

// An order earns points, points pay for something, the order comes back; a reload does
// nothing twice, and too many points are refused where they were entered.
func TestStoryLoyalty(t *testing.T) {
	browserPath(t)
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	before := accountOf(t, c, customer)
	b := s.browse(t, desktop)
	desk := "/customers/" + customer + "/loyalty"
	b.open("/loyalty")
	b.fill("#q", customer)
	require.Equal(t, http.StatusOK, b.press(`form[action="/loyalty"] button`))
	require.Equal(t, http.StatusOK, b.press(`main a[href="`+desk+`"]`))

	b.fill("#earn-order", `W-1 "quoted" <i>`)
	b.fill(`[id="earn-lines.0.item"]`, "tea pot")
	b.fill(`[id="earn-lines.0.amount"]`, "199.99")
	require.Equal(t, http.StatusOK, b.press(`form[action$="/earn"] button[name="quote"]`))
	require.Contains(t, b.text("#quote"), "It would be")
	require.Equal(t, before, accountOf(t, c, customer), "a quote writes nothing")
	require.Equal(t, http.StatusOK, b.press(`form[action$="/earn"] button:not([name])`))
	require.Contains(t, b.text("#result"), "Done")
	earned := accountOf(t, c, customer)
	got := earned.Balance.Issued - before.Balance.Issued
	require.GreaterOrEqual(t, got, int64(199))
	require.Contains(t, b.text(".notice"), fmt.Sprintf("%d points", got))
	b.shoot("earned")
	b.answered(chromedp.Reload())
	require.Contains(t, b.text("#result"), "had been done before")
	require.Equal(t, earned.Version, accountOf(t, c, customer).Version, "a reload does nothing twice")

	b.fill("#redeem-points", "999999990")
	b.await("status of 409")
	require.Equal(t, http.StatusConflict, b.press(`form[action$="/redeem"] button:not([name])`))
	require.Contains(t, b.text("#redeem-points-fault"), "", "the fault stands beside the field")
	require.True(t, b.has(`#redeem-points[aria-invalid="true"]`))
	require.Equal(t, "999999990", ask(b, chromedp.Value(chromedp.CSS("#redeem-points"))), "what was entered stays")
	b.shoot("refused")
	b.fill("#redeem-points", "100")
	require.Equal(t, http.StatusOK, b.press(`form[action$="/redeem"] button:not([name])`))
	redeemed := accountOf(t, c, customer)
	require.Equal(t, int64(100), redeemed.Balance.Redeemed-earned.Balance.Redeemed)
	require.Contains(t, b.text(".notice"), "1.00", "what they were worth")
	b.shoot("redeemed")

	b.fill("#hold-hold", "booking 7")
	b.fill("#hold-points", "50")
	require.Equal(t, http.StatusOK, b.press(`form[action$="/hold"] button`))
	require.Equal(t, int64(50), accountOf(t, c, customer).Balance.Held-before.Balance.Held)
	require.Equal(t, http.StatusOK, b.press(`form[action$="/release"] button`))
	require.Equal(t, before.Balance.Held, accountOf(t, c, customer).Balance.Held)

	b.fill("#refund-order", `W-1 "quoted" <i>`)
	require.Equal(t, http.StatusOK, b.press(`form[action$="/refund"] button`))
	refunded := accountOf(t, c, customer)
	require.Equal(t, got, refunded.Balance.Clawed-before.Balance.Clawed)
	require.True(t, refunded.Balance.Holds)
	require.Contains(t, b.text("main"), `W-1 "quoted" <i>`)
	b.shoot("refunded")
}

// hostile is text that would run, break out of an attribute, or be a formula.
const hostile = `"><script>window.pwned = 1; alert(1)</script><img src=x onerror="window.pwned = 2">=HYPERLINK("https://evil.example")'`

// An answer that was not on offer is refused beside its question, whoever changed the
// page; nothing of it runs, and nothing is kept. Text may be anything, and is only text.
func TestStoryHostileAnswer(t *testing.T) {
	browserPath(t)
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	b := s.browse(t, desktop)
	b.await("status of 422")
	b.await("status of 404") // for a customer who is nobody
	count := func() (n int64) {
		var list struct{ Items []desk.SurveyHead }
		require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/surveys", "", nil, &list))
		for _, head := range list.Items {
			n += head.Answers
		}
		return n
	}
	before := count()
	harmless := func(why string) {
		require.False(t, eval[bool](b, `window.pwned !== undefined || document.querySelector("main script, main img") !== null`), why)
	}
	tampered := []struct{ name, survey, script, question string }{
		{"a choice", "nps", `document.querySelector('input[name="q.nps"][value="3"]').value = VALUE; document.querySelector('input[name="q.nps"]:not([value="0"])').form.querySelectorAll('input[name="q.nps"]')[3].checked = true`, "nps"},
		{"a score beyond the scale", "nps", `const e = document.querySelectorAll('input[name="q.nps"]')[3]; e.value = "99"; e.checked = true`, "nps"},
		{"a radio button", "post-interaction", `const e = document.querySelector('input[name="q.resolved"]'); e.value = VALUE; e.checked = true`, "resolved"},
		{"a row of a matrix", "post-purchase", `document.querySelectorAll('input[name="q.csat"]')[3].checked = true; const e = document.querySelector('td input[type="radio"]'); e.value = VALUE; e.checked = true`, "order"},
		{"two answers to one question", "nps", `const e = document.querySelectorAll('input[name="q.nps"]'); e[3].type = "checkbox"; e[4].type = "checkbox"; e[3].checked = true; e[4].checked = true`, "nps"},
		{"a question of its own", "nps", `document.querySelectorAll('input[name="q.nps"]')[3].checked = true; const e = document.createElement("input"); e.name = "q.price"; e.value = VALUE; document.querySelector("#survey-plain").append(e)`, ""},
		{"a customer", "nps", `document.querySelectorAll('input[name="q.nps"]')[3].checked = true; document.querySelector('#survey-plain input[name="customer"]').value = VALUE`, ""},
	}
	for _, row := range tampered {
		b.open("/surveys/" + row.survey + "?plain=1&customer=" + customer)
		b.do(chromedp.Evaluate[chromedp.Void](strings.ReplaceAll("(() => {"+row.script+"})()", "VALUE", fmt.Sprintf("%q", hostile))))
		status := b.press("#survey-plain button")
		require.Contains(t, []int{http.StatusUnprocessableEntity, http.StatusNotFound}, status, row.name)
		harmless(row.name)
		b.shoot(row.name)
		require.Equal(t, status == http.StatusUnprocessableEntity, b.has(`[role="alert"]`), row.name)
		if row.question != "" {
			fault := eval[string](b, fmt.Sprintf(`Array.from(document.querySelectorAll('[id$="-fault"]')).filter(e => e.closest("fieldset, .field").querySelector('[name^="q.%s"]')).map(e => e.textContent).join(" ")`, row.question))
			require.NotEmpty(t, strings.TrimSpace(fault), "%s: the fault stands beside the question", row.name)
		}
		require.Equal(t, before, count(), "%s: nothing was kept", row.name)
	}

	b.open("/surveys/nps?plain=1&customer=" + customer)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { document.querySelectorAll('input[name="q.nps"]')[3].checked = true })()`))
	b.fill(`textarea[name="q.nps_improve"]`, hostile)
	require.Equal(t, http.StatusOK, b.press("#survey-plain button"))
	harmless("text")
	require.Equal(t, before+1, count())
	b.answered(chromedp.Reload())
	require.Equal(t, before+1, count(), "a reload hands nothing in twice")
	b.open("/customers/" + customer)
	harmless("the customer's page")
	b.open("/")
	harmless("the dashboard")
}

// Text that people send stands on every page as they wrote it, and does nothing.
func TestStoryHostileText(t *testing.T) {
	browserPath(t)
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	mine := "/api/v1/customers/" + customer
	var opened desk.CaseResult
	text := hostile[:100]
	for path, body := range map[string]any{
		mine + "/cases":  map[string]any{"channel": "email", "subject": text, "text": hostile},
		mine + "/orders": map[string]any{"order": text, "lines": []map[string]string{{"item": text, "amount": "10.00"}}},
		mine + "/holds":  map[string]any{"hold": text, "points": 10},
	} {
		require.NoError(t, c.call(t.Context(), http.MethodPost, path, "hostile-"+path[len(path)-5:], body, &opened), path)
		if strings.HasSuffix(path, "/cases") {
			require.NotEmpty(t, opened.Case.ID)
		}
	}
	var cases desk.CaseList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/cases?limit=200", "", nil, &cases))
	for _, one := range cases.Cases {
		if one.Subject == text {
			opened.Case.ID = one.ID
		}
	}
	b := s.browse(t, desktop)
	for path, shows := range map[string]string{
		"/cases": text, "/cases/" + opened.Case.ID: hostile, "/customers/" + customer: text, "/customers/" + customer + "/loyalty": text,
		"/customers?q=" + url.QueryEscape(hostile): "", "/": "", "/cases?owner=" + url.QueryEscape(hostile): "", "/customers/" + customer + "/privacy": "",
	} {
		b.open(path)
		require.False(t, eval[bool](b, `window.pwned !== undefined || document.querySelector("main script, main img") !== null`), path)
		require.Contains(t, eval[string](b, `document.querySelector("main").textContent`), shows, "%s: as it was written", path)
	}
}

// The survey is drawn by survey-library itself where its files are there; what it hands
// in is judged by the same server.
func TestStoryRenderer(t *testing.T) {
	browserPath(t)
	folder := os.Getenv("RAPPORT_SURVEYJS")
	if folder == "" {
		t.Skip("RAPPORT_SURVEYJS names no folder with the unpacked npm packages survey-core and survey-js-ui")
	}
	s := open(t, "-surveyjs", folder)
	c := s.client()
	customer := someCustomer(t, c)
	b := s.browse(t, desktop)
	b.await("Applying inline style violates") // the policy of the page keeps the renderer's own inline styles out
	for _, survey := range []string{"nps", "post-purchase", "post-interaction"} {
		b.open("/surveys/" + survey + "?customer=" + customer)
		b.do(chromedp.WaitVisible(chromedp.CSS("#survey-drawn .sd-root-modern")))
		require.False(t, eval[bool](b, `document.querySelector("#survey-plain").checkVisibility()`), "one form and not two")
		b.shoot(survey)
	}
	b.open("/surveys/nps?customer=" + customer)
	b.do(chromedp.Click(chromedp.CSS(`#survey-drawn input[type="radio"][value="9"] + *, #survey-drawn label:has(input[value="9"])`)))
	b.do(chromedp.WaitVisible(chromedp.CSS("#survey-drawn textarea"))) // asked because of the nine
	b.fill("#survey-drawn textarea", hostile)
	require.Equal(t, http.StatusOK, b.press(`#survey-drawn .sd-navigation__complete-btn`))
	require.Contains(t, b.text("main"), "Thank you")
	require.False(t, eval[bool](b, `window.pwned !== undefined`))
	b.shoot("thanks")
}

// Whoever asks why a case missed its time gets the clock's own account of it.
func TestStoryVerdict(t *testing.T) {
	browserPath(t)
	s := open(t)
	c := s.client()
	var cases desk.CaseList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/cases?status=all&limit=200", "", nil, &cases))
	missed := ""
	for _, one := range cases.Cases {
		if one.Breached {
			missed = one.ID
		}
	}
	require.NotEmpty(t, missed, "a case of the simulated shop missed its time")
	var page desk.CasePage
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/cases/"+missed, "", nil, &page))
	b := s.browse(t, desktop)
	b.open("/cases?status=all")
	b.open("/cases/" + missed)
	require.Contains(t, b.text("main"), "missed a time")
	require.False(t, eval[bool](b, `document.querySelector("#explanation").open`))
	b.do(chromedp.Click(chromedp.CSS("#explanation summary")), chromedp.WaitVisible(chromedp.CSS("#explanation .steps")))
	text := b.text("#explanation")
	require.Contains(t, text, page.Policy)
	for _, step := range page.Explanation {
		require.Contains(t, text, step.Text)
	}
	breached := 0
	for _, v := range page.Verdicts {
		require.Contains(t, text, v.Elapsed)
		require.Contains(t, text, v.Goal)
		if v.Outcome == "breached" {
			breached++
		}
	}
	require.Positive(t, breached)
	b.shoot("explanation")
}

// The loyalty desk is done by the keyboard alone: from the top of the page, by the
// tabulator, Enter and the space bar.
func TestStoryKeyboard(t *testing.T) {
	browserPath(t)
	s := open(t)
	c := s.client()
	customer := someCustomer(t, c)
	before := accountOf(t, c, customer)
	b := s.browse(t, desktop)
	b.open("/loyalty")
	b.key(kb.Tab)
	require.Equal(t, "Skip to the content", b.focused(), "the first thing that is reached")
	b.key(kb.Enter)
	b.tabTo("q")
	b.do(chromedp.KeyEvent(customer))
	b.answered(chromedp.KeyEvent(kb.Enter))
	for b.focused() != customer { // the link is named after the person
		b.key(kb.Tab)
		if eval[bool](b, `document.activeElement.getAttribute("href") === "/customers/`+customer+`/loyalty"`) {
			break
		}
		require.NotEqual(t, "BODY", eval[string](b, `document.activeElement.tagName`), "the link to the desk is not reached")
	}
	b.answered(chromedp.KeyEvent(kb.Enter))
	b.tabTo("earn-order")
	b.do(chromedp.KeyEvent("K-1"))
	b.tabTo("earn-lines.0.item")
	b.do(chromedp.KeyEvent("tea pot"))
	b.tabTo("earn-lines.0.amount")
	b.do(chromedp.KeyEvent("120.00"))
	b.tabTo("Earn")
	b.answered(chromedp.KeyEvent(kb.Enter))
	earned := accountOf(t, c, customer)
	require.GreaterOrEqual(t, earned.Balance.Issued-before.Balance.Issued, int64(120))
	b.tabTo("redeem-points")
	b.do(chromedp.KeyEvent("60"))
	b.tabTo("Redeem")
	b.answered(chromedp.KeyEvent(" "))
	require.Equal(t, int64(60), accountOf(t, c, customer).Balance.Redeemed-before.Balance.Redeemed)
	b.tabTo("refund-order")
	b.do(chromedp.KeyEvent("K-1"))
	b.answered(chromedp.KeyEvent(kb.Enter))
	require.Equal(t, earned.Balance.Issued-before.Balance.Issued, accountOf(t, c, customer).Balance.Clawed-before.Balance.Clawed)
	b.shoot("done")
}

// pagesOf are the pages of the application, with a customer and a case that have much
// to show.
func pagesOf(t *testing.T, c *client) map[string]string {
	customer := someCustomer(t, c)
	var cases desk.CaseList
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/cases?status=all&limit=1", "", nil, &cases))
	require.NotEmpty(t, cases.Cases)
	var segments struct{ Items []desk.SegmentView }
	require.NoError(t, c.call(t.Context(), http.MethodGet, "/api/v1/segments", "", nil, &segments))
	require.NotEmpty(t, segments.Items)
	return map[string]string{
		"dashboard": "/", "customers": "/customers", "customer": "/customers/" + customer, "segments": "/segments",
		"membership": "/customers/" + customer + "/segments/" + segments.Items[0].Name,
		"loyalty":    "/loyalty", "desk": "/customers/" + customer + "/loyalty", "cases": "/cases?status=all", "case": "/cases/" + cases.Cases[0].ID,
		"new case": "/customers/" + customer + "/case", "surveys": "/surveys", "survey": "/surveys/post-purchase?plain=1&customer=" + customer,
		"merges": "/merges", "imports": "/imports", "privacy": "/privacy", "person": "/customers/" + customer + "/privacy",
	}
}

// On a phone no page is wider than the screen, letters are large enough to read, and
// what can be tapped is large enough to be hit.
func TestPhone(t *testing.T) {
	browserPath(t)
	s := open(t)
	pages := pagesOf(t, s.client())
	b := s.browse(t, view{width: 360, height: 740, phone: true})
	for name, path := range pages {
		b.open(path)
		b.shoot(name)
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(e => { e.open = true })`))
		require.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 360, "%s is wider than the screen: %s", name,
			eval[string](b, `Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > 361 && !e.closest(".scroll")).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
		small := eval[[]string](b, `Array.from(document.querySelectorAll("body *")).filter(e => Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length && !e.closest("svg, .vh, .skip") && parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML.slice(0, 100))`)
		require.Empty(t, small, "%s: letters below 12 pixels", name)
		tiny := eval[[]string](b, `Array.from(document.querySelectorAll("button, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox])")).filter(e => e.getClientRects().length && Math.min(e.offsetWidth, e.offsetHeight) < 24).map(e => e.outerHTML.slice(0, 100))`)
		require.Empty(t, tiny, "%s: controls below 24 pixels (WCAG 2.2, 2.5.8)", name)
	}
}

// contrast finds text whose contrast with what lies under it is below WCAG 2.2's 4.5
// to 1, or 3 to 1 where it is large (1.4.3).
const contrast = `(() => {
	const parse = text => { const m = text.match(/rgba?\(([^)]+)\)/); if (!m) return null; const n = m[1].split(/[ ,\/]+/).map(Number); return n.length < 4 ? [...n, 1] : n };
	const linear = x => { x /= 255; return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4) };
	const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
	const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const under = e => { const all = []; for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c && c[3] > 0) all.push(c); if (c && c[3] === 1) break }
		return all.reverse().reduce((b, a) => over(a, b), matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1]) };
	const out = [];
	for (const e of document.querySelectorAll("body *")) {
		if (e.closest("svg, .vh, .skip, :disabled, option") || !e.getClientRects().length) continue;
		if (!Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim())) continue;
		const style = getComputedStyle(e), c = parse(style.color);
		if (!c) { out.push("no colour: " + style.color); continue }
		const back = under(e), front = over(c, back), a = light(front), b = light(back);
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && parseInt(style.fontWeight) >= 700;
		if (ratio < (large ? 3 : 4.5)) out.push(ratio.toFixed(2) + " " + style.color + " on " + back.map(Math.round) + ": " + e.outerHTML.slice(0, 90));
	}
	return out;
})()`

// By day and by night every page can be read.
func TestLightAndDark(t *testing.T) {
	browserPath(t)
	s := open(t)
	pages := pagesOf(t, s.client())
	for scheme, dark := range map[string]bool{"light": false, "dark": true} {
		b := s.browse(t, view{width: 1280, height: 900, dark: dark})
		for name, path := range pages {
			b.open(path)
			b.shoot(scheme + " " + name)
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(e => { e.open = true })`))
			background := eval[float64](b, `(() => { const n = getComputedStyle(document.documentElement).backgroundColor.match(/[\d.]+/g).map(Number); const m = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number); const c = m.length === 4 && m[3] === 0 ? n : m; return (c[0] + c[1] + c[2]) / 3 })()`)
			require.Equal(t, dark, background < 80, "%s, %s: the background is %v", name, scheme, background)
			require.Empty(t, eval[[]string](b, contrast), "%s, %s", name, scheme)
		}
	}
}
