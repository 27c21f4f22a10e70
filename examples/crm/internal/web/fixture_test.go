package web

import (
	"context"
	"errors"
	"html/template"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/metrics/chart"
)

// at is the fixture's moment.
var at = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// fakeDesk answers every query with filled views and remembers the commands.
type fakeDesk struct {
	mu       sync.Mutex
	commands []any
	err      error // of every command
	readErr  error // of every query but Head
	head     desk.Head
	dash     desk.Dashboard
	people   desk.CustomerList
	person   desk.CustomerPage
	segments []desk.SegmentView
	why      desk.SegmentExplanation
	account  desk.AccountView
	quote    desk.QuoteView
	result   desk.LoyaltyResult
	queue    desk.CaseList
	one      desk.CasePage
	acted    desk.CaseResult
	surveys  []desk.SurveyHead
	survey   desk.SurveyForm
	answer   desk.AnswerResult
	twins    []desk.ProposalView
	merges   []desk.MergeView
	imports  []desk.ImportReport
	file     desk.File
	receipts []desk.ReceiptView
	imported string
	panics   any
}

var _ Desk = (*fakeDesk)(nil)

// did remembers a command and answers with the desk's error.
func (f *fakeDesk) did(c any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, c)
	return f.err
}

func (f *fakeDesk) last() any {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.commands) == 0 {
		return nil
	}
	return f.commands[len(f.commands)-1]
}

func (f *fakeDesk) Head(context.Context) (desk.Head, error) { return f.head, nil }

func (f *fakeDesk) Dashboard(context.Context) (desk.Dashboard, error) {
	if f.panics != nil {
		panic(f.panics)
	}
	return f.dash, f.readErr
}

func (f *fakeDesk) Customers(_ context.Context, q desk.CustomerQuery) (desk.CustomerList, error) {
	out := f.people
	out.Query = q
	return out, errors.Join(f.did(q), f.readErr)
}

func (f *fakeDesk) Customer(_ context.Context, id string, o *desk.CustomerOptions) (desk.CustomerPage, error) {
	out := f.person
	out.Revealed = o != nil && o.Reveal
	if id == "nobody" {
		return out, desk.ErrNotFound
	}
	return out, f.readErr
}

func (f *fakeDesk) AddContactPoint(_ context.Context, c desk.ContactPointCommand) (desk.ContactView, error) {
	return f.person.Contacts[0], f.did(c)
}

func (f *fakeDesk) RecordConsent(_ context.Context, c desk.ConsentCommand) ([]desk.ConsentView, error) {
	return f.person.Consents, f.did(c)
}

func (f *fakeDesk) Offer(_ context.Context, c desk.OfferCommand) (desk.AdviceView, error) {
	return f.person.Advice, f.did(c)
}

func (f *fakeDesk) Segments(context.Context) ([]desk.SegmentView, error) {
	return f.segments, f.readErr
}

func (f *fakeDesk) ExplainSegment(context.Context, string, string) (desk.SegmentExplanation, error) {
	return f.why, f.readErr
}

func (f *fakeDesk) Account(context.Context, string) (desk.AccountView, error) {
	return f.account, f.readErr
}

func (f *fakeDesk) QuoteEarn(_ context.Context, c desk.EarnCommand) (desk.QuoteView, error) {
	return f.quote, f.did(c)
}

func (f *fakeDesk) QuoteRedeem(_ context.Context, c desk.RedeemCommand) (desk.QuoteView, error) {
	return f.quote, f.did(c)
}

func (f *fakeDesk) Earn(_ context.Context, c desk.EarnCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Redeem(_ context.Context, c desk.RedeemCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Hold(_ context.Context, c desk.HoldCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Capture(_ context.Context, c desk.SettleHoldCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Release(_ context.Context, c desk.SettleHoldCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Refund(_ context.Context, c desk.RefundCommand) (desk.LoyaltyResult, error) {
	return f.result, f.did(c)
}

func (f *fakeDesk) Cases(_ context.Context, q desk.CaseQuery) (desk.CaseList, error) {
	out := f.queue
	out.Query = q
	return out, errors.Join(f.did(q), f.readErr)
}

func (f *fakeDesk) Case(context.Context, string) (desk.CasePage, error) { return f.one, f.readErr }

func (f *fakeDesk) OpenCase(_ context.Context, c desk.OpenCaseCommand) (desk.CaseResult, error) {
	return f.acted, f.did(c)
}

func (f *fakeDesk) ActOnCase(_ context.Context, c desk.CaseCommand) (desk.CaseResult, error) {
	return f.acted, f.did(c)
}

func (f *fakeDesk) Surveys(context.Context) ([]desk.SurveyHead, error) { return f.surveys, f.readErr }

func (f *fakeDesk) Survey(context.Context, string, string, string) (desk.SurveyForm, error) {
	return f.survey, f.readErr
}

func (f *fakeDesk) Answer(_ context.Context, c desk.AnswerCommand) (desk.AnswerResult, error) {
	return f.answer, f.did(c)
}

func (f *fakeDesk) Proposals(context.Context) ([]desk.ProposalView, error) {
	return f.twins, f.readErr
}

func (f *fakeDesk) Merge(_ context.Context, c desk.MergeCommand) (desk.MergeView, error) {
	return f.merges[0], f.did(c)
}

func (f *fakeDesk) UndoMerge(_ context.Context, c desk.UndoMergeCommand) (desk.MergeView, error) {
	return f.merges[0], f.did(c)
}

func (f *fakeDesk) Distinct(_ context.Context, c desk.DistinctCommand) error { return f.did(c) }

func (f *fakeDesk) Merges(context.Context) ([]desk.MergeView, error) { return f.merges, f.readErr }

func (f *fakeDesk) ImportInvoices(_ context.Context, c desk.ImportCommand, _ desk.Progress) (desk.ImportReport, error) {
	body, err := io.ReadAll(c.Body)
	if err != nil {
		return desk.ImportReport{}, err
	}
	f.imported = string(body)
	c.Body = nil
	return f.imports[0], f.did(c)
}

func (f *fakeDesk) ImportShop(context.Context, desk.Progress) (desk.ImportReport, error) {
	return f.imports[0], f.did("shop")
}

func (f *fakeDesk) Imports(context.Context) ([]desk.ImportReport, error) { return f.imports, f.readErr }

func (f *fakeDesk) Export(_ context.Context, customer, format string) (desk.File, error) {
	return f.file, f.did([2]string{customer, format})
}

func (f *fakeDesk) Erase(_ context.Context, c desk.EraseCommand) (desk.ReceiptView, error) {
	return f.receipts[0], f.did(c)
}

func (f *fakeDesk) Receipts(context.Context) ([]desk.ReceiptView, error) {
	return f.receipts, f.readErr
}

func svg(t testing.TB, c chart.Chart, id string) template.HTML {
	t.Helper()
	text, err := chart.SVG(c, &chart.Options{ID: id})
	require.NoError(t, err)
	return template.HTML(text)
}

// newFake is a desk with one of everything.
func newFake(t testing.TB) *fakeDesk {
	t.Helper()
	yes := desk.Money{Amount: "1290.50", Currency: "EUR"}
	row := desk.CustomerRow{
		ID: "c-7", Name: "María-José Núñez", Region: "ES", Languages: []string{"es-ES"}, Email: "m…@example.org", Stage: "active", Tier: "gold",
		Points: 12340, Orders: 17, Spent: yes, LastOrder: at.AddDate(0, 0, -12), OpenCases: 1,
	}
	twin := row
	twin.ID, twin.Name, twin.Languages = "c-8", "田中 さくら", []string{"ja"}
	clocks := []desk.ClockView{
		{Metric: "first_response", Phase: "ended", Outcome: "met", Started: at.Add(-5 * time.Hour), Ended: at.Add(-4 * time.Hour), Due: at.Add(-time.Hour), Elapsed: "1h0m12s", Goal: "4h0m0s business", Percent: 25},
		{Metric: "resolution", Phase: "running", Started: at.Add(-5 * time.Hour), Due: at.Add(3 * time.Hour), Elapsed: "5h", Goal: "8h", Percent: 62},
		{Metric: "next_response", Phase: "ended", Outcome: "breached", Started: at.Add(-5 * time.Hour), Due: at.Add(-time.Hour), Elapsed: "5h", Goal: "4h", Percent: 125},
	}
	promise := desk.PromiseView{ID: "p-1", Case: "k-1", Kind: "callback", Text: "We call back by noon", Made: at.Add(-3 * time.Hour), Due: at.Add(2 * time.Hour), Verdict: "pending"}
	one := desk.CaseView{
		ID: "k-1", Customer: "c-7", Name: row.Name, Subject: "The kettle leaks", Channel: "email", Status: "open", Owner: "ines", Opened: at.Add(-5 * time.Hour), Version: 4,
		Policy: "standard 2026", Clocks: clocks, NextDue: at.Add(3 * time.Hour), Breached: true, Messages: 2,
		Escalation: []desk.EscalationView{{ID: "e-1", Kind: "supervisor", State: "pending", To: "lead", Why: "the next response is late", At: at, Due: at.Add(time.Hour)}},
		Promises:   []desk.PromiseView{promise}, Actions: []string{"reply", "pause", "resolve", "escalate", "note"},
	}
	f := &fakeDesk{head: desk.Head{Shop: "Kettle & Co", Currency: "EUR", Zone: "Europe/Berlin", Now: at, Customers: 612, Orders: 4201, Simulated: true}}
	f.people = desk.CustomerList{Total: 2, Customers: []desk.CustomerRow{row, twin, {ID: "c-9", Spent: desk.Money{Amount: "-3.00", Currency: "EUR"}}}, Next: "after-c-9"}
	f.segments = []desk.SegmentView{{Name: "loyal", Label: "Loyal customers", Words: "at least 5 orders and the last one within 90 days", JSON: `{"and":[{"orders":{"gte":5}}]}`, SQL: "SELECT id FROM customers WHERE orders >= ?", Args: []any{int64(5)}, Count: 120, Unknown: 3, Of: 612}}
	f.why = desk.SegmentExplanation{Membership: desk.Membership{Segment: "loyal", Label: "Loyal customers", In: true, Until: at.AddDate(0, 2, 0)}, Customer: "c-7", Steps: []desk.Step{{Text: "all of these hold"}, {Text: "orders 17 is at least 5", Depth: 1}}}
	f.account = fixtureAccount()
	f.quote = desk.QuoteView{Points: 199, Worth: &desk.Money{Amount: "1.99", Currency: "EUR"}, Trace: []string{"19.90 EUR, 10 points a euro: 199"}, Balance: f.account.Balance, Tier: "gold"}
	f.result = desk.LoyaltyResult{Key: "form-x", Customer: "c-7", Points: 199, Worth: f.quote.Worth, Trace: f.quote.Trace, Balance: f.account.Balance, Tier: "gold", Version: 12}
	f.queue = desk.CaseList{Total: 1, Cases: []desk.CaseView{one}, Next: "after-k-1"}
	f.one = desk.CasePage{
		CaseView: one, Zone: "Europe/Madrid",
		Explanation: []desk.ClockStep{{At: at.Add(-5 * time.Hour), Metric: "resolution", Cycle: 1, Text: "the clock starts with the customer's message"}, {At: at, Text: "5 h of working time are used"}},
		Verdicts:    []desk.VerdictView{{Metric: "first_response", Cycle: 1, Outcome: "met", Started: at.Add(-5 * time.Hour), Ended: at.Add(-4 * time.Hour), Elapsed: "1h", Goal: "4h", Policy: "standard 2026"}},
		Deadlines:   []desk.DueView{{At: at.Add(3 * time.Hour), Kind: "resolution", What: "resolve"}},
		History:     []desk.CaseEvent{{At: at.Add(-5 * time.Hour), By: "customer", What: "opened", Why: []string{"an e-mail came in"}}},
		Thread:      []desk.MessageView{{ID: "m-1", At: at.Add(-5 * time.Hour), Inbound: true, By: "customer", Channel: "email", Text: "My kettle leaks.\nPlease help."}, {ID: "m-2", At: at.Add(-4 * time.Hour), By: "ines", Channel: "email", Text: "I am sorry to hear that."}},
		Steps:       []desk.PlaybookView{{Step: "acknowledge", Prompt: "Name the disappointment before you talk about the return.", State: "done"}, {Step: "ask", Prompt: "Ask since when.", State: "open"}},
	}
	f.acted = desk.CaseResult{Key: "k", Case: one, Trace: []string{"reply recorded"}}
	f.twins = []desk.ProposalView{{ID: "t-1", Left: row, Right: twin, Verdict: "possible", Percent: "83", Weight: "6.1", Terms: []desk.TermView{{Field: "email", Level: "equal", Weight: "9.2"}, {Field: "name", Level: "different", Weight: "-3.1"}}, Notes: []string{"the birth dates are not known"}}}
	f.merges = []desk.MergeView{{ID: "g-1", Winner: "c-7", Loser: "c-77", At: at, By: "ines", Conflicts: []string{"two first names"}}}
	f.imports = []desk.ImportReport{{ID: "i-1", Source: "invoices.csv", At: at, Took: 1800 * time.Millisecond, Done: true, Rows: 541909, Duplicates: 5268, Malformed: 2, Anonymous: 135080, Written: []desk.Count{{Label: "customers", Count: 4372}, {Label: "orders", Count: 22190}}, Faults: []string{"line 7: no date"}}}
	f.file = desk.File{Name: "c-7.json", Type: "application/json", Data: []byte(`{"name":"María"}`)}
	f.receipts = []desk.ReceiptView{{ID: "r-1", At: at, Customer: "x-4411", Removed: []desk.Count{{Label: "contact_points", Count: 3}}, Kept: []string{"amounts of orders: ten years, by tax law"}}}
	fixtureFeedback(f)
	f.person = fixturePerson(f, one, promise)
	f.dash = fixtureDashboard(t)
	return f
}

func fixtureAccount() desk.AccountView {
	return desk.AccountView{
		Account: "a-7", Status: "active", Version: 11, Unit: "points",
		Balance: desk.BalanceView{Pending: 150, Active: 12340, Held: 500, Issued: 20000, Redeemed: 6000, Expired: 900, Clawed: 110, Holds: true},
		Lots:    []desk.LotView{{ID: "l-1", Origin: "order", Order: "o-4711", Earned: at.AddDate(-1, 0, 0), Active: at.AddDate(-1, 0, 14), Expires: at.AddDate(0, 1, 0), Issued: 9000, Left: 3340, Held: 500, State: "active"}},
		Holds:   []desk.HoldView{{ID: "booking-9", Points: 500, Made: at.Add(-time.Hour), Expires: at.Add(23 * time.Hour)}},
		Expires: []desk.ExpiryView{{At: at.AddDate(0, 1, 0), Local: "2 Apr 2026, 00:00", Points: 3340}}, Next: at.Add(23 * time.Hour),
		Tier: &desk.TierView{
			Level: "gold", Since: at.AddDate(-1, 0, 0), Metric: "spend", Counted: "1290.50 EUR", Next: "platinum", Missing: "709.50 EUR", Percent: 64, Keep: "Kept until March 2027.",
			Levels: []desk.TierLevel{{Name: "silver", From: "0", Reached: true}, {Name: "gold", From: "1000", Reached: true}, {Name: "platinum", From: "2000"}}, Notes: []string{"refunds do not count"},
		},
		Rewards: []desk.RewardView{{ID: "mug", Name: "A mug", Cost: 900, Enough: true}, {ID: "trip", Name: "A trip", Cost: 90000, Why: "77 660 points are missing"}},
		History: []desk.LedgerView{{At: at.AddDate(0, 0, -12), Kind: "earned", Points: 199, Text: "order o-4711"}},
	}
}

func fixtureFeedback(f *fakeDesk) {
	scale := make([]desk.SurveyChoice, 0, 11)
	for _, v := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"} {
		scale = append(scale, desk.SurveyChoice{Value: v, Text: v})
	}
	yesNo := []desk.SurveyChoice{{Value: "yes", Text: "Yes"}, {Value: "no", Text: "No"}}
	f.surveys = []desk.SurveyHead{{ID: "purchase", Title: "After your purchase", Answers: 412}}
	f.survey = desk.SurveyForm{
		ID: "purchase", Title: "After your purchase", Customer: "c-7", Language: "en", Dir: "ltr",
		Definition: []byte(`{"title":"After your purchase","elements":[{"type":"rating","name":"nps","title":"Would you recommend us?","rateMin":0,"rateMax":10,"isRequired":true},{"type":"comment","name":"why","title":"Why?"}]}`),
		Pages: []desk.SurveyPage{{Name: "p1", Title: "Your purchase", Questions: []desk.SurveyField{
			{Name: "nps", Type: "rating", Title: "Would you recommend us?", Help: "From 0 to 10.", Required: true, Choices: scale, MinLabel: "not at all", MaxLabel: "certainly"},
			{Name: "why", Type: "comment", Title: "Why?", MaxLength: 500, Condition: "{nps} <= 6"},
			{Name: "again", Type: "radiogroup", Title: "Would you buy again?", Choices: yesNo, Other: "Something else"},
			{Name: "liked", Type: "checkbox", Title: "What did you like?", Choices: []desk.SurveyChoice{{Value: "price", Text: "The price"}, {Value: "people", Text: "The people"}}},
			{Name: "where", Type: "dropdown", Title: "Where did you hear of us?", Choices: yesNo},
			{Name: "mail", Type: "text", Title: "E-mail address for an answer", Input: "email", MaxLength: 100},
			{Name: "rate", Type: "matrix", Title: "How was it?", Choices: yesNo, Rows: []desk.SurveyChoice{{Value: "pay", Text: "Paying"}, {Value: "post", Text: "Delivery"}}},
			{Name: "note", Type: "html", Title: "Thank you for your time."},
		}}},
	}
	f.answer = desk.AnswerResult{Key: "k", Survey: "purchase", Customer: "c-7", At: at, Scores: []desk.Score{{Name: "nps", Value: "3", Group: "detractor"}}, Case: "k-2", Trace: []string{"3 is a detractor: a case was opened"}, Notices: []string{"why: not asked, so not kept"}}
}

func fixturePerson(f *fakeDesk, one desk.CaseView, promise desk.PromiseView) desk.CustomerPage {
	return desk.CustomerPage{
		ID: "c-7", Now: at, Zone: "Europe/Madrid", ZoneFrom: "customer", LocalTime: "10:30 on Monday", Revision: 9,
		Identity: desk.Identity{
			Name: "María-José Núñez", Names: []desk.NameView{{Use: "legal", Text: "María-José Núñez García", Language: "es-ES"}}, CallMe: "Majo", Title: "Dra.", Form: "feminine",
			Languages: []string{"es-ES", "en"}, Region: "ES", Country: "Spain", Stage: "active", StageWhy: "the last order was 12 days ago, within 1.5 times the usual gap", Since: at.AddDate(-2, 0, 0), Tags: []string{"beta"},
		},
		Greeting: desk.Greeting{Line: "Estimada Dra. Núñez:", Close: "Atentamente,", Why: "title stated by the person; Spanish, formal, since no first name was agreed on", Ask: true, Notes: []string{"ask whether the first name is welcome"}, Sources: []string{"CLDR 48"}, Hours: "10:00 to 14:00 and 17:00 to 20:00 in Madrid", HoursWhy: "the person asked for no calls after lunch", Guides: []desk.GuideView{{Topic: "greeting", Text: "Use the title until invited to drop it.", Confidence: "0.7", Basis: "3 guides", Sources: []string{"Guide A", "Guide B"}, Ask: true}}},
		Contacts: []desk.ContactView{{Kind: "email", Value: "m…@example.org", Masked: true, Status: "verified", Verified: at.AddDate(-1, 0, 0)}},
		Consents: []desk.ConsentView{{Purpose: "newsletter", Channel: "email", Allowed: true, Reason: "granted with double opt-in", Basis: "consent", Since: at.AddDate(-1, 0, 0), Until: at.AddDate(1, 0, 0), Proof: "form of 2 March"}, {Purpose: "marketing", Channel: "phone", Reason: "nothing was granted"}},
		Segments: []desk.Membership{f.why.Membership, {Segment: "lapsed", Label: "Lapsed", Unknown: true}}, Summary: desk.PurchaseView{Orders: 17, Returns: 1, Net: desk.Money{Amount: "1290.50", Currency: "EUR"}, First: at.AddDate(-2, 0, 0), Last: at.AddDate(0, 0, -12), RFM: "545", RFMName: "Champions", Alive: "97.2", Expected: "8.4", Value: &desk.Money{Amount: "540.00", Currency: "EUR"}, ValueNote: "Pareto/NBD over all customers, discounted at 10 % a year."},
		Orders: []desk.OrderView{{Number: "o-4711", Customer: "c-7", At: at.AddDate(0, 0, -12), Amount: desk.Money{Amount: "19.90", Currency: "EUR"}, Items: []string{"Kettle"}, Points: 199, Returned: desk.Money{Amount: "0.00", Currency: "EUR"}}},
		Cases:  []desk.CaseView{one}, Promises: []desk.PromiseView{promise}, NextReply: &desk.ReplyPromise{By: at.Add(4 * time.Hour), Text: "You will have an answer today by 14:30.", Why: []string{"standard: 4 working hours"}},
		Account:  f.account,
		Advice:   desk.AdviceView{Items: []desk.ItemAdvice{{Item: "Descaler", Score: "0.42", Why: []string{"because you bought Kettle"}}}, Actions: []desk.ActionAdvice{{Action: "call", Label: "Call back about the leak", Score: "0.9", Why: []string{"a promise is due"}}}, Resting: []desk.RestingView{{Action: "survey", Label: "Ask for feedback", Why: "asked 10 days ago", Until: at.AddDate(0, 2, 20)}}},
		Timeline: desk.TimelineView{Total: 2, Entries: []desk.TimelineEntry{{ID: "x-1", At: at.Add(-5 * time.Hour), Local: "2 Mar 2026, 05:30", Channel: "email", Label: "E-mail", Inbound: true, Stage: "after_purchase", Purpose: "complaint", Case: "k-1", Order: "o-4711", Text: "My kettle leaks."}, {ID: "x-2", At: at.AddDate(0, 0, -12), Channel: "shop", Text: "Bought a kettle"}}, Next: "older", Channels: []desk.Count{{Label: "email", Count: 9}}},
		Answers:  []desk.AnswerView{{Survey: "After your purchase", At: at.AddDate(0, 0, -10), Scores: []desk.Score{{Name: "nps", Value: "9", Group: "promoter"}}}}, Merges: f.merges, Duplicates: f.twins,
	}
}

func fixtureDashboard(t testing.TB) desk.Dashboard {
	t.Helper()
	curve := chart.Retention{Title: "Active retention by quarter", PeriodTitle: "Quarters", ShareTitle: "Still active", Series: []chart.RetentionSeries{{Name: "active retention"}}}
	for i, share := range []float64{0.61, 0.64, 0.66, 0.63, 0.69, 0.71} {
		curve.Series[0].Points = append(curve.Series[0].Points, chart.RetentionPoint{Period: i, Share: share, Interval: chart.Interval{Low: share - 0.05, High: share + 0.05}, Size: 200})
	}
	cohorts := chart.Triangle{Title: "Cohorts by month", CohortTitle: "First order", PeriodTitle: "Months after", Columns: []string{"0", "1", "2", "3"}}
	for i, label := range []string{"Nov", "Dec", "Jan", "Feb"} {
		r := chart.TriangleRow{Label: label, Size: 50}
		for j := range 4 - i {
			r.Cells = append(r.Cells, chart.Cell{Known: true, Share: 1 / float64(j+1), Returned: int64(50 / (j + 1))})
		}
		cohorts.Rows = append(cohorts.Rows, r)
	}
	value := chart.Distribution{Title: "Worth in twelve months", ValueTitle: "EUR", CountTitle: "Customers", Bins: []chart.Bin{{Low: 0, High: 100, Count: 300}, {Low: 100, High: 200, Count: 180}, {Low: 200, High: 300, Count: 90}, {Low: 300, High: 400, Count: 30}}}
	return desk.Dashboard{
		At: at, From: at.AddDate(-2, 0, 0), Built: 143 * time.Millisecond, Version: 3,
		Figures: []desk.Figure{
			{Name: "customers", Label: "Customers", Value: "612", N: 612},
			{Name: "retention", Label: "Active retention", Value: "71.0 %", Low: "64.3 %", High: "76.9 %", Level: "95 %", N: 200, Note: "Of 200 customers of the quarter before, 142 bought again."},
			{Name: "nps", Label: "Net promoter score", Value: "+39.8", Low: "37.0", High: "42.7", Level: "95 %", N: 2746},
			{Name: "csat", Label: "Satisfied", N: 0, Note: "Nobody has answered yet."},
			{Name: "clv", Label: "Median worth in 12 months", Value: "88.10 EUR", N: 612},
			{Name: "sla", Label: "Promised times kept", Value: "93.1 %", Low: "90.2 %", High: "95.3 %", Level: "95 %", N: 402},
			{Name: "backlog", Label: "Open cases", Value: "14", N: 14},
		},
		Quarters: []desk.QuarterRow{{Quarter: "2025 Q4", Start: 190, End: 230, New: 70, Reactivated: 8, Lost: 38, CRR: "84.2", Active: "80.0", Churn: "20.0"}, {Quarter: "2026 Q1", Running: true, Start: 230, End: 240, New: 30}},
		Backlog:  []desk.Count{{Label: "open", Count: 9}, {Label: "pending", Count: 5}}, SLA: []desk.SLARow{{Metric: "first_response", Met: 374, Breached: 28, Open: 4, Percent: "93.0"}, {Metric: "resolution", Open: 2}},
		Tiers: []desk.Count{{Label: "gold", Count: 40}}, Stages: []desk.Count{{Label: "active", Count: 300}}, Channels: []desk.Count{{Label: "email", Count: 2000}},
		Points: desk.PointsView{Members: 612, Issued: 2000000, Active: 1200000, Held: 500, Pending: 20000, Redeemed: 700000, Expired: 70000, Clawed: 9500, Holds: true},
		Charts: []desk.ChartView{
			{ID: "retention", Heading: "Who stays", Text: "Of those active in the quarter before, the share who bought again.", SVG: svg(t, curve, "c-retention"), Table: &desk.TableView{Head: []string{"Quarter", "Share"}, Rows: [][]string{{"0", "61 %"}, {"1", "64 %"}}}},
			{ID: "cohorts", Heading: "Cohorts", SVG: svg(t, cohorts, "c-cohorts")},
			{ID: "nps", Heading: "Would they recommend us?", SVG: svg(t, chart.Gauge{Title: "Net promoter score", Score: 39.8, Interval: chart.Interval{Low: 37, High: 42.7}, Level: 0.95, N: 2746, Promoters: 1500, Passives: 840, Detractors: 406}, "c-nps")},
			{ID: "value", Heading: "What customers are worth", SVG: svg(t, value, "c-value")},
		},
		Notes: []string{"Everything here is simulated."},
	}
}

// poison puts a hostile text into every string below v, except into what is not text for
// people: pictures, definitions and the names by which the pages decide.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[template.HTML]() && v.CanSet() {
			v.SetString(text)
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() && !strings.HasSuffix(name, "Zone") && name != "MergedInto" && name != "Type" && name != "Definition" {
				poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), text)
		}
	}
}

// poisoned is a desk whose every text is hostile.
func poisoned(t testing.TB, text string) *fakeDesk {
	t.Helper()
	f := newFake(t)
	for _, part := range []any{&f.head, &f.dash, &f.people, &f.person, &f.segments, &f.why, &f.account, &f.quote, &f.result, &f.queue, &f.one, &f.acted, &f.surveys, &f.survey, &f.answer, &f.twins, &f.merges, &f.imports, &f.file, &f.receipts} {
		poison(reflect.ValueOf(part).Elem(), text)
	}
	return f
}
