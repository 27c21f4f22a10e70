package desk_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/examples/internal/shop"
	"github.com/rapport-go/rapport/loyalty"
)

func figure(t testing.TB, d desk.Dashboard, name string) desk.Figure {
	t.Helper()
	for _, f := range d.Figures {
		if f.Name == name {
			return f
		}
	}
	require.FailNow(t, "no figure "+name)
	return desk.Figure{}
}

// The figures are those that the quickstart prints for the same shop: another program,
// which asks the wings directly and keeps nothing (examples/quickstart/testdata/page.txt).
func TestDashboardEqualsTheQuickstart(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	d, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	nps := figure(t, d, "nps")
	require.Equal(t, []string{"18.44", "13.1", "23.6"}, []string{nps.Value, nps.Low, nps.High})
	require.Equal(t, int64(591), nps.N)
	csat := figure(t, d, "csat")
	require.Equal(t, "91.6 %", csat.Value)
	require.Equal(t, int64(405), csat.N)
	require.Equal(t, "75.8 %", figure(t, d, "repeat").Value)
	require.Equal(t, desk.QuarterRow{Quarter: "2024 Q2", Start: 43, End: 67, New: 42, Lost: 18, CRR: "58.14", Active: "58.14", Churn: "41.86"}, d.Quarters[1])
	require.Equal(t, desk.QuarterRow{Quarter: "2025 Q3", Start: 148, End: 156, New: 49, Reactivated: 17, Lost: 58, CRR: "72.30", Active: "60.81", Churn: "39.19"}, d.Quarters[6])
	channels := map[string]int64{} // each escalation was answered, which the simulation leaves out
	for _, c := range d.Channels {
		channels[c.Label] = c.Count
	}
	require.Equal(t, map[string]int64{
		"in person": 82, "phone": 150, "e-mail": 278, "live chat": 231, "social media": 211, "self-service": 1959,
		"survey/feedback request": 591, "escalated issue": 2 * 52, "community forum": 82, "subscription/membership service": 360,
	}, channels)
	require.Equal(t, []string{"4 imported answers were refused: step", "4 imported answers were refused: type", "7 imported answers were refused: range"}, sortedByNumber(d.Notes))
	ids := []string{}
	for _, c := range d.Charts {
		ids = append(ids, c.ID)
		require.True(t, strings.HasPrefix(string(c.SVG), "<svg"), c.ID)
		require.NotContains(t, string(c.SVG), "<script", c.ID)
		require.NotEmpty(t, c.Table.Rows, c.ID)
	}
	require.Equal(t, []string{"nps", "retention", "cohorts", "comeback", "clv", "rfm", "tiers", "sla", "backlog"}, ids)
}

// sortedByNumber leaves out what is no refusal and keeps the order otherwise.
func sortedByNumber(notes []string) (out []string) {
	for _, want := range []string{"step", "type", "range"} {
		for _, n := range notes {
			if strings.HasSuffix(n, ": "+want) {
				out = append(out, n)
			}
		}
	}
	return out
}

// An application without data says so and draws nothing.
func TestDashboardOfNothing(t *testing.T) {
	t.Parallel()
	app, _ := open(t, t.TempDir()+"/crm.db")
	d, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.Empty(t, d.Charts)
	require.Empty(t, figure(t, d, "nps").Value)
	require.NotEmpty(t, figure(t, d, "nps").Note)
	require.Empty(t, figure(t, d, "crr").Value)
	list, err := app.Customers(t.Context(), desk.CustomerQuery{})
	require.NoError(t, err)
	require.Zero(t, list.Total)
	problem(t, second(app.Customer(t.Context(), "M1001", nil)), desk.ErrNotFound)
	require.NoError(t, app.CatchUp(t.Context()))
}

// The figures are made again when something has changed, and not otherwise.
func TestDashboardFollows(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	first, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	same, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.Equal(t, first.Built, same.Built)
	_, err = app.Answer(t.Context(), desk.AnswerCommand{Key: "a", Survey: "nps", Customer: "M1001", Answers: []byte(`{"nps": 10}`)})
	require.NoError(t, err)
	next, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.Equal(t, figure(t, first, "nps").N+1, figure(t, next, "nps").N)
	_, err = app.OpenCase(t.Context(), desk.OpenCaseCommand{Key: "o", Customer: "M1001", Channel: "email", Subject: "late", Text: "where is it?"})
	require.NoError(t, err)
	next, err = app.Dashboard(t.Context())
	require.NoError(t, err)
	open := figure(t, next, "backlog").N
	require.Positive(t, open)
	c.move(30 * 24 * time.Hour)
	late, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	require.Equal(t, open, figure(t, late, "backlog").N)
	require.NotEqual(t, figure(t, next, "backlog").Note, figure(t, late, "backlog").Note, "time alone makes clocks late")
}

// The points are those of the programme, told the invoices one after the other without a
// database, an engine or a line of the host's between.
func TestPointsEqualTheProgrammeAlone(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	d, err := app.Dashboard(t.Context())
	require.NoError(t, err)
	data, err := os.ReadFile("programme.json")
	require.NoError(t, err)
	programme, err := loyalty.ParseProgram(data)
	require.NoError(t, err)
	accounts := map[string]*loyalty.Account{}
	for _, x := range shop.Simulate(1).Invoices {
		account := accounts[x.Customer]
		if account == nil {
			account = loyalty.NewAccount(x.Customer)
			accounts[x.Customer] = account
		}
		var action loyalty.Action = loyalty.Purchase{Order: x.Number, Lines: []loyalty.Line{{ID: "1", Amount: loyalty.Amount(x.Amount)}}}
		if x.Cancelled() {
			action = loyalty.Refund{Order: x.Of, All: true}
		}
		decision, err := loyalty.Decide(programme, account, loyalty.Command{Key: x.Number, Account: x.Customer, At: x.At, Do: action})
		require.NoError(t, err)
		for i := range decision.Events {
			loyalty.Evolve(account, &decision.Events[i])
		}
	}
	want := desk.PointsView{Members: int64(len(accounts)), Holds: true}
	for _, account := range accounts {
		for _, event := range loyalty.Settle(programme, account, afterwards) {
			loyalty.Evolve(account, &event)
		}
		b := account.Balance("points")
		want.Issued, want.Active, want.Expired, want.Clawed = want.Issued+int64(b.Issued), want.Active+int64(b.Active), want.Expired+int64(b.Expired), want.Clawed+int64(b.Clawed)
	}
	require.Equal(t, want, d.Points)
	require.Positive(t, want.Expired)
}
