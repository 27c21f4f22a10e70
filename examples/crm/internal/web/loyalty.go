package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// orderLines is the number of lines that the form of an order has.
const orderLines = 4

// loyaltyView is the loyalty desk for one customer: the account, a form for each act,
// and what the last one did or would do.
type loyaltyView struct {
	desk.AccountView
	Customer string
	Zone     string
	Currency string
	Lines    int
	Forms    map[string]form
	Result   *desk.LoyaltyResult
	Quote    *desk.QuoteView
	Act      string // that Result or Quote is of
}

// loyaltyActs are the acts of the desk and the fields of their forms.
var loyaltyActs = map[string][]string{
	"earn": earnFields(), "redeem": {"points", "reward", "order"}, "hold": {"hold", "points"},
	"capture": {"hold", "points"}, "release": {"hold"}, "refund": {"order", "amount"},
}

func earnFields() []string {
	out := []string{"order", "lines"}
	for i := range orderLines {
		out = append(out, "lines."+strconv.Itoa(i)+".item", "lines."+strconv.Itoa(i)+".amount")
	}
	return out
}

// loyaltyStart asks for which customer.
func (s *Server) loyaltyStart(w http.ResponseWriter, r *http.Request) error {
	q, err := searchText(r)
	if err != nil {
		return err
	}
	view := struct {
		Text string
		List desk.CustomerList
	}{Text: q}
	if q != "" {
		if view.List, err = s.desk.Customers(r.Context(), desk.CustomerQuery{Text: q, Limit: 20}); err != nil {
			return err
		}
	}
	return s.page(w, r, http.StatusOK, "loyaltystart", "Loyalty desk", view)
}

// loyaltyPage shows the account and the forms.
func (s *Server) loyaltyPage(w http.ResponseWriter, r *http.Request) error {
	return s.showLoyalty(w, r, http.StatusOK, loyaltyView{})
}

func (s *Server) showLoyalty(w http.ResponseWriter, r *http.Request, status int, view loyaltyView) error {
	view.Customer, view.Lines = r.PathValue("customer"), orderLines
	account, err := s.desk.Account(r.Context(), view.Customer)
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	view.AccountView, view.Zone, view.Currency = account, head.Zone, head.Currency
	if view.Forms == nil {
		view.Forms = map[string]form{}
	}
	for act := range loyaltyActs {
		f := view.Forms[act]
		if err := s.readyForms(w, r, map[string]*form{act: &f}); err != nil {
			return err
		}
		view.Forms[act] = f
	}
	return s.page(w, r, status, "loyalty", "Loyalty desk", view)
}

// loyaltyAct does what one of the forms asks for, or says what it would do. The result
// stands on the page that answers, so that a reload sends the same key again and the
// page then says that nothing was done twice.
func (s *Server) loyaltyAct(w http.ResponseWriter, r *http.Request) error {
	act := r.PathValue("act")
	fields, known := loyaltyActs[act]
	if !known {
		return refusal{status: http.StatusNotFound, code: "not-found", text: "The loyalty desk has no such act."}
	}
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	view := loyaltyView{Act: act}
	if values.Get("quote") != "" {
		view.Quote, err = s.quote(r.Context(), act, r.PathValue("customer"), values)
		view.Forms = map[string]form{act: {values: values}}
	} else {
		view.Result, err = s.runLoyalty(r.Context(), act, r.PathValue("customer"), values)
	}
	if err == nil {
		return s.showLoyalty(w, r, http.StatusOK, view)
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	f := form{values: values}
	f.take(why, fields...)
	return s.showLoyalty(w, r, why.status, loyaltyView{Forms: map[string]form{act: f}})
}

// orderOf reads the lines of an order; lines that are empty are left out.
func orderOf(values url.Values, l *faultList) []desk.OrderLine {
	var lines []desk.OrderLine
	for i := range orderLines {
		at := "lines." + strconv.Itoa(i)
		item, amount := strings.TrimSpace(values.Get(at+".item")), strings.TrimSpace(values.Get(at+".amount"))
		if item == "" && amount == "" {
			continue
		}
		if item == "" {
			l.add(at+".item", "required", "Please name the item.")
		}
		if amount == "" {
			l.add(at+".amount", "required", "Please enter the amount, such as 19.90.")
		}
		lines = append(lines, desk.OrderLine{Item: item, Amount: amount})
	}
	if len(lines) == 0 {
		l.add("lines.0.item", "required", "An order has at least one line.")
	}
	return lines
}

// runLoyalty reads a command from a form and runs it.
func (s *Server) runLoyalty(ctx context.Context, act, customer string, values url.Values) (*desk.LoyaltyResult, error) {
	var l faultList
	key := l.key(values)
	var run func() (desk.LoyaltyResult, error)
	switch act {
	case "earn":
		c := desk.EarnCommand{Key: key, Customer: customer, Order: l.text(values, "order", true), Lines: orderOf(values, &l)}
		run = func() (desk.LoyaltyResult, error) { return s.desk.Earn(ctx, c) }
	case "redeem":
		c := redemption(values, &l, key, customer)
		run = func() (desk.LoyaltyResult, error) { return s.desk.Redeem(ctx, c) }
	case "hold":
		c := desk.HoldCommand{Key: key, Customer: customer, Hold: l.text(values, "hold", true), Points: l.whole(values, "points", true)}
		run = func() (desk.LoyaltyResult, error) { return s.desk.Hold(ctx, c) }
	case "capture", "release":
		c := desk.SettleHoldCommand{Key: key, Customer: customer, Hold: l.text(values, "hold", true), Points: l.whole(values, "points", false)}
		do := s.desk.Capture
		if act == "release" {
			do, c.Points = s.desk.Release, 0
		}
		run = func() (desk.LoyaltyResult, error) { return do(ctx, c) }
	default: // refund: loyaltyAct has checked the name
		c := desk.RefundCommand{Key: key, Customer: customer, Order: l.text(values, "order", true), Amount: l.text(values, "amount", false)}
		run = func() (desk.LoyaltyResult, error) { return s.desk.Refund(ctx, c) }
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	out, err := run()
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func redemption(values url.Values, l *faultList, key, customer string) desk.RedeemCommand {
	c := desk.RedeemCommand{Key: key, Customer: customer, Reward: l.text(values, "reward", false), Order: l.text(values, "order", false)}
	c.Points = l.whole(values, "points", c.Reward == "")
	return c
}

// quote says what an order would earn or points would be worth.
func (s *Server) quote(ctx context.Context, act, customer string, values url.Values) (*desk.QuoteView, error) {
	var l faultList
	var out desk.QuoteView
	var err error
	switch act {
	case "earn":
		c := desk.EarnCommand{Customer: customer, Order: l.text(values, "order", true), Lines: orderOf(values, &l)}
		if err = l.err(); err == nil {
			out, err = s.desk.QuoteEarn(ctx, c)
		}
	case "redeem":
		c := redemption(values, &l, "", customer)
		if err = l.err(); err == nil {
			out, err = s.desk.QuoteRedeem(ctx, c)
		}
	default:
		return nil, refusal{status: http.StatusNotFound, code: "not-found", text: "Only earning and redeeming can be tried first."}
	}
	if err != nil {
		return nil, err
	}
	return &out, nil
}
