package outreach_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

func signer(t require.TestingT, keys ...string) *outreach.Signer {
	var list [][]byte
	for _, k := range keys {
		list = append(list, []byte(k))
	}
	s, err := outreach.NewSigner(list...)
	require.NoError(t, err)
	return s
}

const (
	oldKey = "an old key of some length"
	newKey = "a new key of some length"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	headers, err := outreach.Headers("https://example.com/u?t=abc", "mailto:u@example.com?subject=unsubscribe")
	require.NoError(t, err)
	require.Equal(t, []outreach.Header{
		{Name: "List-Unsubscribe", Value: "<https://example.com/u?t=abc>, <mailto:u@example.com?subject=unsubscribe>"},
		{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
	}, headers)
	links, err := outreach.ParseHeaders(headers[0].Value, headers[1].Value)
	require.NoError(t, err)
	require.Equal(t, outreach.Links{HTTPS: []string{"https://example.com/u?t=abc"}, Mailto: []string{"mailto:u@example.com?subject=unsubscribe"}, OneClick: true}, links)
	for _, bad := range []string{"", "http://example.com/u", "https:///u", "https://example.com/a b", "https://example.com/\r\nBcc: x", "https://example.com/>", "https://:443/u", "https://example.com/" + strings.Repeat("x", 500)} {
		_, err := outreach.Headers(bad, "")
		require.ErrorIs(t, err, outreach.ErrUnsubscribe, bad)
	}
	for _, bad := range []string{
		"https://example.com", "mailto:", "mailto:u@example.com?subject=x%0D%0ABcc:v@example.com", "mailto:u@example.com%0abcc:v", "mailto:u@example.com?subject=%00",
		"mailto:u@example.com?subject=%zz", "mailto:u@example.com\r\nBcc: v", "mailto:u@example.com?subject=\u2028",
	} {
		_, err = outreach.Headers("https://example.com/u", bad)
		require.ErrorIs(t, err, outreach.ErrUnsubscribe, bad)
	}
	_, err = outreach.Headers("https://example.com/u", "mailto:u@example.com?subject=leave%20tips%2Boffers")
	require.NoError(t, err)
}

func TestParseHeaders(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		value, post string
		want        outreach.Links
	}{
		// The examples of RFC 8058 section 8 and RFC 2369 section 3.2.
		{"<https://example.com/unsubscribe.html?opaque=123456789>", "List-Unsubscribe=One-Click", outreach.Links{HTTPS: []string{"https://example.com/unsubscribe.html?opaque=123456789"}, OneClick: true}},
		{"<mailto:list-request@host.com?subject=unsubscribe>, (Use this command to get off the list)\r\n <http://host.com/u>", "", outreach.Links{Mailto: []string{"mailto:list-request@host.com?subject=unsubscribe"}, Other: []string{"http://host.com/u"}}},
		{"(nested (comment) \\) here) <HTTPS://example.com/a\r\n\t/b>", "List-Unsubscribe=One-Click", outreach.Links{HTTPS: []string{"HTTPS://example.com/a/b"}, OneClick: true}},
		{"<mailto:a@b.c>", "List-Unsubscribe=One-Click", outreach.Links{Mailto: []string{"mailto:a@b.c"}}},
		{"<https://example.com/u>", "list-unsubscribe=one-click", outreach.Links{HTTPS: []string{"https://example.com/u"}}},
		{"<https://example.com/u> and more", "", outreach.Links{HTTPS: []string{"https://example.com/u"}}},
	} {
		have, err := outreach.ParseHeaders(row.value, row.post)
		require.NoError(t, err, row.value)
		require.Equal(t, row.want, have, row.value)
	}
	for _, bad := range []string{"", "https://example.com/u", "<https://example.com/u", "(never closed", "<>", strings.Repeat("(", 1<<15)} {
		_, err := outreach.ParseHeaders(bad, "")
		require.ErrorIs(t, err, outreach.ErrUnsubscribe, bad)
	}
}

func TestOneClick(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	require.NoError(t, outreach.OneClick("POST", form, []byte("List-Unsubscribe=One-Click")))
	require.NoError(t, outreach.OneClick("POST", form+"; charset=utf-8", []byte("x=1&List-Unsubscribe=One-Click")))
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	require.NoError(t, w.WriteField("List-Unsubscribe", "One-Click"))
	require.NoError(t, w.WriteField("other", "x"))
	require.NoError(t, w.Close())
	require.NoError(t, outreach.OneClick("POST", w.FormDataContentType(), body.Bytes()))
	for _, row := range []struct{ method, kind, body string }{
		{"GET", form, "List-Unsubscribe=One-Click"},
		{"HEAD", form, "List-Unsubscribe=One-Click"},
		{"POST", form, ""},
		{"POST", form, "List-Unsubscribe=Two"},
		{"POST", form, "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click"},
		{"POST", form, "%zz"},
		{"POST", "", "List-Unsubscribe=One-Click"},
		{"POST", "application/json", "{}"},
		{"POST", "multipart/form-data", "x"},
		{"POST", "multipart/form-data; boundary=b", "--b\r\n"},
		{"POST", form, strings.Repeat("x", 1<<17)},
	} {
		require.ErrorIs(t, outreach.OneClick(row.method, row.kind, []byte(row.body)), outreach.ErrUnsubscribe, "%v", row.body[:min(40, len(row.body))])
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	ticket := outreach.Ticket{
		Who: "cust 42", Scope: outreach.Scope{Channel: interaction.Email, Purpose: outreach.Marketing, Topic: "tips"},
		Key: "tips/1/start/cust 42", Issued: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC),
	}
	token, err := signer(t, oldKey).Token(ticket)
	require.NoError(t, err)
	rotated := signer(t, newKey, oldKey)
	back, err := rotated.Ticket(token)
	require.NoError(t, err)
	require.Equal(t, ticket, back)
	_, err = signer(t, newKey).Ticket(token)
	require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	for i := range token {
		forged := []byte(token)
		forged[i] ^= 1
		_, err := rotated.Ticket(string(forged))
		require.ErrorIs(t, err, outreach.ErrUnsubscribe, "letter %d", i)
	}
	for _, bad := range []outreach.Ticket{{}, {Who: strings.Repeat("x", 129), Issued: noon}, {Who: "x", Issued: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}} {
		_, err := rotated.Token(bad)
		require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	}
	var none outreach.Signer
	_, err = none.Token(ticket)
	require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	_, err = none.Ticket(token)
	require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	for _, keys := range [][][]byte{nil, {[]byte("short")}} {
		_, err := outreach.NewSigner(keys...)
		require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	}

	// The click takes back what the token says and nothing else, once.
	o, who, err := rotated.Unsubscribe(outreach.Optouts{}, token, noon)
	require.NoError(t, err)
	require.Equal(t, "cust 42", who.Who)
	same, _, err := rotated.Unsubscribe(o, token, noon)
	require.NoError(t, err)
	require.Equal(t, o, same)
	again, _, err := rotated.Unsubscribe(o, token, noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []outreach.Optout{{Scope: ticket.Scope, At: noon, Again: noon.Add(time.Hour)}}, slices.Collect(again.All()))
	_, stopped := o.Stops(noon, interaction.Email, outreach.Marketing, "tips")
	require.True(t, stopped)
	for _, other := range []outreach.Scope{{Channel: "sms", Purpose: outreach.Marketing, Topic: "tips"}, {Channel: interaction.Email, Purpose: outreach.Research, Topic: "tips"}, {Channel: interaction.Email, Purpose: outreach.Marketing, Topic: "offers"}} {
		_, stopped := o.Stops(noon, other.Channel, other.Purpose, other.Topic)
		require.False(t, stopped, other)
	}
	same, _, err = rotated.Unsubscribe(o, "nonsense", noon)
	require.ErrorIs(t, err, outreach.ErrUnsubscribe)
	require.Equal(t, o, same)
}

func TestBreaches(t *testing.T) {
	t.Parallel()
	o := outreach.NewOptouts(outreach.Optout{Scope: outreach.Scope{Purpose: outreach.Marketing}, At: noon})
	sent := []outreach.Sent{
		{Key: "before", At: noon.Add(-time.Hour), Purpose: outreach.Marketing},
		{Key: "within", At: noon.Add(outreach.OneClickPeriod - 1), Purpose: outreach.Marketing},
		{Key: "late", At: noon.Add(outreach.OneClickPeriod), Purpose: outreach.Marketing},
		{Key: "service", At: noon.Add(99 * time.Hour), Purpose: outreach.Service},
	}
	breaches := o.Breaches(slices.Values(sent), outreach.OneClickPeriod)
	require.Len(t, breaches, 1)
	require.Equal(t, "late", breaches[0].Sent.Key)
	require.Zero(t, breaches[0].Late)
	// The earliest unsubscription counts, and one from everything leaves service alone.
	both := o.Unsubscribe(outreach.Scope{}, noon.Add(-time.Hour))
	breaches = both.Breaches(slices.Values(sent), outreach.OneClickPeriod)
	require.Len(t, breaches, 2)
	require.Equal(t, "within", breaches[0].Sent.Key)
	require.Equal(t, time.Hour, breaches[1].Late)
	named := both.Unsubscribe(outreach.Scope{Purpose: outreach.Service}, noon)
	require.Len(t, named.Breaches(slices.Values(sent), outreach.OneClickPeriod), 3)
	require.Empty(t, o.Grant(outreach.Scope{}, noon.Add(time.Second)).Breaches(slices.Values(sent), 0))
}

// Invariant 31: unsubscribing is idempotent, in any order the same, and final until a
// new grant.
func TestOptoutProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scopes := rapid.Custom(func(t *rapid.T) outreach.Scope {
			return outreach.Scope{
				Channel: rapid.SampledFrom([]interaction.Channel{"", interaction.Email, "sms"}).Draw(t, "channel"),
				Purpose: rapid.SampledFrom([]outreach.Purpose{"", outreach.Marketing, outreach.Research}).Draw(t, "purpose"),
				Topic:   rapid.SampledFrom([]string{"", "tips"}).Draw(t, "topic"),
			}
		})
		var list []outreach.Optout
		for range rapid.IntRange(0, 6).Draw(t, "optouts") {
			list = append(list, outreach.Optout{Scope: scopes.Draw(t, "scope"), At: noon.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "at")) * time.Hour)})
		}
		o := outreach.NewOptouts(list...)
		slices.Reverse(list)
		require.Equal(t, o, outreach.NewOptouts(list...), "in any order")
		require.Equal(t, o, outreach.NewOptouts(append(list, list...)...), "idempotent")
		for one := range o.All() {
			require.Equal(t, o, o.Unsubscribe(one.Scope, one.At))
			later := o.Unsubscribe(one.Scope, noon.Add(24*time.Hour))
			require.Equal(t, o.Len(), later.Len())
			for at := -10; at <= 25; at++ {
				_, before := o.Stops(noon.Add(time.Duration(at)*time.Hour), "sms", outreach.Marketing, "tips")
				_, after := later.Stops(noon.Add(time.Duration(at)*time.Hour), "sms", outreach.Marketing, "tips")
				require.Equal(t, before, after, "stopped from the same instant on")
			}
		}
		grant := scopes.Draw(t, "grant")
		after := o.Grant(grant, noon)
		for one := range o.All() {
			_, held := after.Stops(one.At, one.Scope.Channel, one.Scope.Purpose, one.Scope.Topic)
			if !grant.Includes(one.Scope) || !one.At.Before(noon) || !one.Again.Before(noon) && !one.Again.IsZero() {
				require.True(t, held, "%v stands against a grant of %v", one, grant)
			}
		}
		for one := range after.All() {
			require.False(t, grant.Includes(one.Scope) && one.At.Before(noon) && one.Again.Before(noon), "lifted")
		}
		text, err := json.Marshal(o)
		require.NoError(t, err)
		var back outreach.Optouts
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, o.Len(), back.Len())
		second, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(second))
	})
}

func FuzzTicket(f *testing.F) {
	s := signer(f, newKey, oldKey)
	token, err := s.Token(outreach.Ticket{Who: "ann", Issued: noon})
	require.NoError(f, err)
	f.Add(token)
	f.Add("")
	f.Add("AA")
	f.Fuzz(func(t *testing.T, text string) {
		ticket, err := s.Ticket(text)
		if err != nil {
			require.ErrorIs(t, err, outreach.ErrUnsubscribe)
			return
		}
		again, err := s.Token(ticket)
		require.NoError(t, err)
		back, err := s.Ticket(again)
		require.NoError(t, err)
		require.Equal(t, ticket, back)
	})
}

func FuzzTicketFields(f *testing.F) {
	f.Add("ann", "email", "marketing", "tips", "key", int64(0))
	s := signer(f, newKey)
	f.Fuzz(func(t *testing.T, who, channel, purpose, topic, key string, issued int64) {
		ticket := outreach.Ticket{Who: who, Scope: outreach.Scope{Channel: interaction.Channel(channel), Purpose: outreach.Purpose(purpose), Topic: topic}, Key: key, Issued: time.Unix(issued, 0).UTC()}
		token, err := s.Token(ticket)
		if err != nil {
			require.ErrorIs(t, err, outreach.ErrUnsubscribe)
			return
		}
		back, err := s.Ticket(token)
		require.NoError(t, err)
		require.Equal(t, ticket, back)
	})
}

func FuzzParseHeaders(f *testing.F) {
	f.Add("<https://example.com/u>, <mailto:a@b.c>", "List-Unsubscribe=One-Click")
	f.Add("(a (b) c) <x>", "")
	f.Fuzz(func(t *testing.T, value, post string) {
		links, err := outreach.ParseHeaders(value, post)
		if err != nil {
			require.ErrorIs(t, err, outreach.ErrUnsubscribe)
			return
		}
		require.NotZero(t, len(links.HTTPS)+len(links.Mailto)+len(links.Other))
		require.False(t, links.OneClick && len(links.HTTPS) == 0)
	})
}

func FuzzOneClick(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", []byte("List-Unsubscribe=One-Click"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		require.Error(t, outreach.OneClick("GET", kind, body))
		if outreach.OneClick("POST", kind, body) == nil {
			require.Contains(t, string(body), "One") // percent signs may hide the rest
		}
	})
}

func FuzzParsePolicy(f *testing.F) {
	text, err := json.Marshal(outreach.DefaultPolicy())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"unknown_zone":"most_restrictive","zones":["UTC"],"no_consent":[],"double_opt_in":false,"retry_s":5}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := outreach.ParsePolicy(data)
		if err != nil {
			require.ErrorIs(t, err, outreach.ErrPolicy)
			return
		}
		once, err := json.Marshal(p)
		require.NoError(t, err)
		back, err := outreach.ParsePolicy(once)
		require.NoError(t, err, string(once))
		twice, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
		gate, err := outreach.NewGate(back)
		require.NoError(t, err)
		gate.Decide(noon, &outreach.Facts{Zone: "Asia/Kathmandu"}, offer())
	})
}

func FuzzParseSequence(f *testing.F) {
	for _, spec := range []outreach.SequenceSpec{outreach.Onboarding(), outreach.CheckIns(), outreach.WinBack()} {
		text, err := json.Marshal(spec)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		spec, err := outreach.ParseSequence(data)
		if err != nil {
			require.ErrorIs(t, err, outreach.ErrSequence)
			return
		}
		once, err := json.Marshal(spec)
		require.NoError(t, err)
		back, err := outreach.ParseSequence(once)
		require.NoError(t, err, string(once))
		twice, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
		q, err := outreach.NewSequence(back)
		require.NoError(t, err)
		plan, err := q.Plan(noon, nil)
		if err == nil {
			require.NotEmpty(t, plan)
		}
	})
}
