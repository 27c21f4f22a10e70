package desk_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

func TestCustomerList(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	seen := map[string]bool{}
	for q := (desk.CustomerQuery{Limit: 100}); ; {
		list, err := app.Customers(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, 368, list.Total)
		for _, c := range list.Customers {
			require.False(t, seen[c.ID])
			seen[c.ID] = true
			require.NotContains(t, c.Email, "example.com", "addresses are masked")
		}
		if q.After = list.Next; q.After == "" {
			break
		}
	}
	require.Len(t, seen, 368)
	for text, want := range map[string]string{"m1005": "M1005", "M1005@EXAMPLE.COM": "M1005"} {
		list, err := app.Customers(t.Context(), desk.CustomerQuery{Text: text})
		require.NoError(t, err)
		require.NotEmpty(t, list.Customers, text)
		require.Equal(t, want, list.Customers[0].ID, text)
	}
	for _, text := range []string{"muller", "Müller", "佐藤", "joao"} {
		list, err := app.Customers(t.Context(), desk.CustomerQuery{Text: text})
		require.NoError(t, err)
		require.Positive(t, list.Total, text)
	}
	page, err := app.Customer(t.Context(), "M1002", &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	number := page.Contacts[1]
	require.Equal(t, "phone", number.Kind)
	found, err := app.Customers(t.Context(), desk.CustomerQuery{Text: strings.ReplaceAll(number.Value, " ", "-")})
	require.NoError(t, err)
	require.Equal(t, "M1002", found.Customers[0].ID)
	require.Equal(t, "/segment", problem(t, second(app.Customers(t.Context(), desk.CustomerQuery{Segment: "x"})), desk.ErrInvalid).Path)
	require.Equal(t, "/after", problem(t, second(app.Customers(t.Context(), desk.CustomerQuery{After: "x"})), desk.ErrInvalid).Path)
}

// Every segment that can be said in SQL has the same members there.
func TestSegmentsAreTheSameInSQL(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.db")
	app, _ := open(t, path)
	_, err := app.ImportShop(t.Context(), nil)
	require.NoError(t, err)
	list, err := app.Segments(t.Context())
	require.NoError(t, err)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	compared, members := 0, 0
	for _, s := range list {
		require.NotEmpty(t, s.Words)
		require.Equal(t, 368, s.Of)
		in, err := app.Customers(t.Context(), desk.CustomerQuery{Segment: s.Name, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, s.Count, in.Total, s.Name)
		if s.SQL == "" || s.Name == "prospects" { // whoever never bought is in no row of orders
			continue
		}
		n := 0
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM (SELECT DISTINCT customer AS id FROM crm_order) c WHERE `+s.SQL, s.Args...).Scan(&n), s.SQL)
		require.Equal(t, s.Count, n, s.Name)
		compared++
		members += n
	}
	require.GreaterOrEqual(t, compared, 6)
	require.Positive(t, members)
	row, err := app.Customers(t.Context(), desk.CustomerQuery{Segment: "best"})
	require.NoError(t, err)
	why, err := app.ExplainSegment(t.Context(), "best", row.Customers[0].ID)
	require.NoError(t, err)
	require.True(t, why.In)
	require.Greater(t, len(why.Steps), 2)
	require.False(t, why.Until.IsZero(), "time alone ends it")
}

func TestCustomerPage(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	for n := 1001; n < 1061; n++ { // every country, with titles and wishes among them
		id := fmt.Sprintf("M%d", n)
		p, err := app.Customer(ctx, id, nil)
		require.NoError(t, err, id)
		require.NotEmpty(t, p.Greeting.Line, id)
		require.NotEmpty(t, p.Greeting.Why, id)
		require.Len(t, p.Identity.Names, 2, "as given, and by the patterns of CLDR")
		require.NotEmpty(t, p.Identity.Names[1].Text)
		require.NotEmpty(t, p.Greeting.HoursWhy, id)
		require.Equal(t, "customer", p.ZoneFrom)
		require.Len(t, p.Contacts, 2)
		for _, c := range p.Contacts {
			require.True(t, c.Masked)
			require.NotContains(t, c.Value, "example.com")
		}
		require.NotEmpty(t, p.Timeline.Entries)
		require.True(t, p.Account.Balance.Holds)
		require.NotNil(t, p.NextReply)
		require.NotEmpty(t, p.NextReply.Why)
		require.Len(t, p.Segments, 12)
		require.NotEmpty(t, p.Summary.RFM, id)
	}
	whole, err := app.Customer(ctx, "M1003", &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	require.Equal(t, "m1003@example.com", whole.Contacts[0].Value)
	require.False(t, whole.Contacts[0].Masked)
}

func TestTimelinePages(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	page, err := app.Customer(t.Context(), "M1299", nil)
	require.NoError(t, err)
	require.Greater(t, page.Timeline.Total, 30)
	seen := map[string]bool{}
	for o := (desk.CustomerOptions{}); ; {
		p, err := app.Customer(t.Context(), "M1299", &o)
		require.NoError(t, err)
		last := p.Timeline.Entries[0].At
		for _, e := range p.Timeline.Entries {
			require.False(t, seen[e.ID])
			require.False(t, e.At.After(last))
			seen[e.ID], last = true, e.At
		}
		if o.Timeline = p.Timeline.Next; o.Timeline == "" {
			break
		}
	}
	require.Len(t, seen, page.Timeline.Total)
	problem(t, second(app.Customer(t.Context(), "M1299", &desk.CustomerOptions{Timeline: "x"})), desk.ErrInvalid)
}

func consent(t testing.TB, list []desk.ConsentView, purpose, channel string) desk.ConsentView {
	t.Helper()
	for _, v := range list {
		if v.Purpose == purpose && v.Channel == channel {
			return v
		}
	}
	require.FailNow(t, "no answer for "+purpose+" by "+channel)
	return desk.ConsentView{}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	ctx := t.Context()
	given, err := app.RecordConsent(ctx, desk.ConsentCommand{Key: "c1", Customer: "M1001", Action: "grant", Purpose: "research", Channel: "email", Method: "counter", Wording: "2026-1"})
	require.NoError(t, err)
	v := consent(t, given, "research", "email")
	require.True(t, v.Allowed)
	require.Equal(t, "granted", v.Reason)
	require.Equal(t, "counter 2026-1", v.Proof)
	c.move(1e9)
	taken, err := app.RecordConsent(ctx, desk.ConsentCommand{Key: "c2", Customer: "M1001", Action: "withdraw", Purpose: "research", Channel: "*"})
	require.NoError(t, err)
	require.Equal(t, "withdrawn", consent(t, taken, "research", "email").Reason)
	_, err = app.RecordConsent(ctx, desk.ConsentCommand{Key: "c3", Customer: "M1001", Action: "dance"})
	var p *desk.ProblemError
	require.ErrorAs(t, err, &p)
	require.Len(t, p.Problems, 3, "all at once")
}

func TestContactPoints(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	v, err := app.AddContactPoint(ctx, desk.ContactPointCommand{Key: "p1", Customer: "M1002", Kind: "phone", Value: "030 901820", Region: "DE"})
	require.NoError(t, err)
	require.True(t, v.Masked)
	page, err := app.Customer(ctx, "M1002", &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	require.Equal(t, "+49 30 901820", page.Contacts[len(page.Contacts)-1].Value)
	for _, bad := range []desk.ContactPointCommand{
		{Key: "p2", Customer: "M1002", Kind: "phone", Value: "012 345678", Region: "DE"},
		{Key: "p2", Customer: "M1002", Kind: "email", Value: "not an address"},
		{Key: "p2", Customer: "M1002", Kind: "pigeon", Value: "x"},
	} {
		_, err := app.AddContactPoint(ctx, bad)
		problem(t, err, desk.ErrInvalid)
		require.False(t, len(bad.Value) > 1 && strings.Contains(err.Error(), bad.Value))
	}
}
