package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/rapport-go/rapport/culture/personname"
	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/crm/internal/phone"
)

// limits of a page of a list.
const (
	defaultPage = 50
	largestPage = 200
	maxSearch   = 200
)

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, largestPage)
}

// Customers is one page of the customer list, by name.
func (a *App) Customers(ctx context.Context, q CustomerQuery) (CustomerList, error) {
	list, _ := a.world.all()
	now := a.Now()
	out := CustomerList{Query: q, Customers: []CustomerRow{}}
	var wrong check
	wrong.need(len(q.Text) <= maxSearch, "/text", "too_long", "at most 200 bytes")
	in := func(*record) bool { return true }
	if q.Segment != "" {
		d, ok := a.segments.find(q.Segment)
		wrong.need(ok, "/segment", "unknown", "there is no such segment")
		if ok {
			in = d.program.At(now).Is
		}
	}
	start := 0
	if q.After != "" {
		after, ok := a.world.find(q.After)
		wrong.need(ok && after.id == q.After, "/after", "unknown", "the cursor is of no customer of this list")
		if ok {
			start, _ = slices.BinarySearchFunc(list, after, byName)
			start++
		}
	}
	if err := wrong.err(); err != nil {
		return out, err
	}
	words := strings.Fields(strings.ToLower(q.Text))
	size := pageSize(q.Limit)
	for i, r := range list {
		if !r.matches(words) || !in(r) {
			continue
		}
		out.Total++
		if i < start {
			continue
		}
		if len(out.Customers) == size {
			out.Next = out.Customers[size-1].ID
			size = -1 // the page is full; the rest is only counted
		}
		if size > 0 {
			out.Customers = append(out.Customers, a.row(r))
		}
	}
	return out, ctx.Err()
}

// matches reports whether every word stands somewhere in what the record is found by. A
// number is looked for without what people write between its digits.
func (r *record) matches(words []string) bool {
	for _, w := range words {
		if strings.Contains(r.search, w) || strings.Contains(r.search, fold(w)) {
			continue
		}
		digits := strings.Map(func(c rune) rune {
			if strings.ContainsRune(" -./()", c) {
				return -1
			}
			return c
		}, w)
		if digits == "" || !strings.Contains(r.search, digits) {
			return false
		}
	}
	return true
}

func (a *App) row(r *record) CustomerRow {
	row := CustomerRow{
		ID: r.id, Name: r.name, Region: regionOf(r.c), Languages: languagesOf(r.c), Stage: string(r.c.Lifecycle.Stage()),
		Tier: r.tier, Points: r.points,
	}
	for _, p := range r.c.Points {
		if p.Kind == customer.Email {
			row.Email = mask(p)
			break
		}
	}
	var minor int64
	for _, o := range r.orders {
		minor += o.Minor
		if !o.Returned {
			row.Orders++
			row.LastOrder = o.At
		}
	}
	row.Spent = money(minor)
	for _, c := range r.cases {
		if c.c.Status.IsOpen() {
			row.OpenCases++
		}
	}
	return row
}

func regionOf(c customer.Customer) string {
	if text := c.Region.String(); text != "ZZ" {
		return text
	}
	return ""
}

func languagesOf(c customer.Customer) []string {
	out := make([]string, 0, len(c.Languages))
	for _, l := range c.Languages {
		out = append(out, l.Tag.String())
	}
	return out
}

// countryOf is the region in English.
func countryOf(c customer.Customer) string {
	if regionOf(c) == "" {
		return ""
	}
	return display.English.Regions().Name(c.Region)
}

// mask shows enough of a contact point to recognise it and not enough to use it.
func mask(p customer.ContactPoint) string {
	switch p.Kind {
	case customer.Email:
		local, domain, _ := strings.Cut(p.Canonical, "@")
		_, tld, _ := cutLast(domain, ".")
		return firstRune(local) + "•••@•••." + tld
	case customer.Phone:
		n := len(p.Canonical)
		return p.Canonical[:min(3, n)] + " ••• " + p.Canonical[max(n-2, min(3, n)):]
	}
	return firstRune(p.Canonical) + "•••"
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// Customer is the page of one customer. A nil o masks contact points.
func (a *App) Customer(ctx context.Context, id string, o *CustomerOptions) (CustomerPage, error) {
	r, ok := a.world.find(id)
	if !ok {
		return CustomerPage{}, notFound("/customer", "customer")
	}
	now := a.Now()
	if r.id != id {
		return CustomerPage{ID: id, Now: now, MergedInto: r.id}, nil
	}
	if o == nil {
		o = &CustomerOptions{}
	}
	p := CustomerPage{
		ID: r.id, Now: now, Revision: int64(r.c.Revision), Identity: identity(r), Contacts: contactPoints(r.c, o.Reveal), Revealed: o.Reveal,
		Segments: memberships(a.segments, r, now), Answers: answerViews(r.answers), Orders: []OrderView{}, Cases: []CaseView{}, Promises: []PromiseView{},
	}
	loc := a.zoneOf(r, &p)
	p.LocalTime = now.In(loc).Format("Monday 15:04")
	var err error
	if p.Greeting, err = a.greeting(r, loc, now); err != nil {
		return p, err
	}
	if p.Consents, err = a.consents(ctx, r, now); err != nil {
		return p, err
	}
	for _, c := range r.cases {
		view, err := a.caseView(c, r, now)
		if err != nil {
			return p, err
		}
		p.Cases = append(p.Cases, view)
		p.Promises = append(p.Promises, view.Promises...)
	}
	slices.SortStableFunc(p.Cases, func(x, y CaseView) int {
		if c := cmp.Compare(rank(x.Status), rank(y.Status)); c != 0 {
			return c
		}
		return y.Opened.Compare(x.Opened)
	})
	p.NextReply = a.nextReply(now)
	if p.Account, err = a.account(ctx, r, loc); err != nil {
		return p, err
	}
	if p.Orders, err = a.orderViews(ctx, r); err != nil {
		return p, err
	}
	if p.Summary, err = a.purchases(ctx, r); err != nil {
		return p, err
	}
	if p.Advice, err = a.advice(ctx, r, now); err != nil {
		return p, err
	}
	if p.Timeline, err = a.timeline(ctx, r, loc, o.Timeline); err != nil {
		return p, err
	}
	p.Merges, p.Duplicates, err = a.mergesOf(ctx, r)
	return p, err
}

// rank puts open cases first.
func rank(status string) int {
	switch status {
	case "new", "open":
		return 0
	case "pending", "on_hold":
		return 1
	}
	return 2
}

// zoneOf is the zone that the page is in: the customer's own, else the shop's.
func (a *App) zoneOf(r *record, p *CustomerPage) *time.Location {
	choice := r.c.ZoneOr(time.LoadLocation, a.rules.zone)
	p.Zone, p.ZoneFrom = choice.Location.String(), "customer"
	if choice.Fallback {
		p.ZoneFrom = "shop"
	}
	return choice.Location
}

func identity(r *record) Identity {
	v := Identity{
		Name: r.name, CallMe: r.c.Address.CallMe, Title: r.c.Address.Title, Languages: languagesOf(r.c), Region: regionOf(r.c), Country: countryOf(r.c),
		Stage: string(r.c.Lifecycle.Stage()), Since: r.joined, Tags: r.c.Tags, Names: []NameView{},
	}
	for _, n := range r.c.Names {
		v.Names = append(v.Names, NameView{Use: n.Use.String(), Text: n.Display(), Language: n.Locale.String()})
	}
	if formal, ok := formalName(r.c); ok {
		v.Names = append(v.Names, formal)
	}
	for _, g := range r.c.Address.Grammar {
		v.Form = g.Gender.String()
	}
	if h := r.c.Lifecycle.History; len(h) > 0 {
		v.StageWhy = h[len(h)-1].Reason
	}
	return v
}

// formalName is how the name is written in a list for readers of English, by the patterns
// of CLDR and in the order that the name's own tradition has.
func formalName(c customer.Customer) (NameView, bool) {
	n, ok := c.Name()
	if !ok || len(n.Components) == 0 {
		return NameView{}, false
	}
	f, err := personname.New(language.English, &personname.Options{Length: personname.Long, Usage: personname.Referring, Formality: personname.Formal})
	if err != nil {
		return NameView{}, false
	}
	x, err := f.Explain(n)
	if err != nil {
		return NameView{}, false
	}
	return NameView{Use: "formal, " + x.Order.String() + " (" + x.OrderBasis.String() + ")", Text: x.Text, Language: x.Locale.String()}, true
}

func contactPoints(c customer.Customer, reveal bool) []ContactView {
	out := make([]ContactView, 0, len(c.Points))
	for _, p := range c.Points {
		v := ContactView{Kind: p.Kind.String(), Value: mask(p), Masked: true, Status: string(p.Status())}
		if reveal {
			v.Value, v.Masked = p.Canonical, false
			if p.Kind == customer.Phone {
				v.Value = phone.Pretty(p.Canonical)
			}
		}
		for _, change := range p.History {
			if change.Status == customer.Verified {
				v.Verified = change.At
			}
		}
		out = append(out, v)
	}
	return out
}

// AddContactPoint adds a contact point to a customer.
func (a *App) AddContactPoint(ctx context.Context, c ContactPointCommand) (ContactView, error) {
	r, ok := a.world.find(c.Customer)
	if !ok {
		return ContactView{}, notFound("/customer", "customer")
	}
	point, err := readPoint(c, regionOf(r.c))
	if err != nil {
		return ContactView{}, translate(err)
	}
	asked := c
	asked.Key = ""
	view, _, err := once(ctx, a, "contact", c.Key, r.id, asked, func(ctx context.Context, u unit) (ContactView, error) {
		after, err := u.people().Do(ctx, customer.Request{Key: u.part("point"), ID: customer.ID(c.Customer), At: u.at, Options: customer.DecideOptions{Source: "desk"}}, customer.PointAdded{Point: point})
		if err != nil {
			return ContactView{}, err
		}
		for i, p := range after.Points {
			if p.Ref() == point.Ref() {
				return contactPoints(after, false)[i], nil
			}
		}
		return ContactView{}, notFound("/value", "contact point")
	})
	if err != nil {
		return view, err
	}
	return view, a.world.refresh(ctx, a, r.id)
}

func readPoint(c ContactPointCommand, region string) (customer.ContactPoint, error) {
	switch c.Kind {
	case customer.Email.String():
		return customer.NewEmail(c.Value)
	case customer.Phone.String():
		return customer.ParsePhone(c.Value, cmp.Or(c.Region, region), phone.Parser{})
	case customer.Handle.String():
		return customer.NewHandle(c.Service, c.Value)
	}
	return customer.ContactPoint{}, invalid("/kind", "unknown", "email, phone or handle")
}

// orderViews are the newest orders of a customer with what came back of them.
func (a *App) orderViews(ctx context.Context, r *record) ([]OrderView, error) {
	const most = 20
	account, err := a.points.Account(ctx, r.id)
	if err != nil {
		return nil, err
	}
	returned := map[string]int64{}
	for _, o := range r.orders {
		if o.Returned {
			returned[o.Of] += o.Minor
		}
	}
	out := []OrderView{}
	for i := len(r.orders) - 1; i >= 0 && len(out) < most; i-- {
		o := r.orders[i]
		v := orderView(o)
		v.Returned = money(returned[o.Number])
		if x, ok := account.Order(o.Number); ok {
			v.Points = int64(x.Awarded) - int64(x.TakenBack)
		}
		out = append(out, v)
	}
	return out, nil
}

func orderView(o database.Order) OrderView {
	v := OrderView{Number: o.Number, Customer: o.Customer, At: o.At, Amount: money(o.Minor), Of: o.Of, Returned: money(0)}
	for _, item := range o.Items {
		v.Items = append(v.Items, item.Item)
	}
	return v
}

func answerViews(list []database.Answer) []AnswerView {
	out := []AnswerView{}
	for i := len(list) - 1; i >= 0; i-- {
		x := list[i]
		out = append(out, AnswerView{Survey: x.Survey, At: x.At, Case: x.Case, Scores: scoreViews(x.Scores)})
	}
	return out
}
