package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// customerView is the page of one customer with its two small forms.
type customerView struct {
	desk.CustomerPage
	Offer   form
	Consent form
	Contact form
	Done    string
}

// customerPage shows everything about one customer, contact points masked.
func (s *Server) customerPage(w http.ResponseWriter, r *http.Request) error {
	return s.showCustomer(w, r, http.StatusOK, &desk.CustomerOptions{Timeline: r.URL.Query().Get("timeline")}, customerView{Done: done(r)})
}

// revealCustomer shows contact points in full. It is a form and not a link, so that no
// history, bookmark or prefetch holds it.
func (s *Server) revealCustomer(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.readForm(w, r); err != nil {
		return err
	}
	return s.showCustomer(w, r, http.StatusOK, &desk.CustomerOptions{Reveal: true}, customerView{})
}

// showCustomer renders the page; view carries forms with faults and the note on top.
func (s *Server) showCustomer(w http.ResponseWriter, r *http.Request, status int, o *desk.CustomerOptions, view customerView) error {
	page, err := s.desk.Customer(r.Context(), r.PathValue("customer"), o)
	if err != nil {
		return err
	}
	if page.MergedInto != "" {
		http.Redirect(w, r, "/customers/"+url.PathEscape(page.MergedInto)+"?done=merged", http.StatusSeeOther)
		return nil
	}
	view.CustomerPage = page
	if err := s.readyForms(w, r, map[string]*form{"consent": &view.Consent, "contact": &view.Contact, "offer": &view.Offer}); err != nil {
		return err
	}
	title := page.ID
	if page.Identity.Name != "" {
		title = page.Identity.Name
	}
	return s.page(w, r, status, "customer", title, view)
}

// readyForms gives every form its id, the session's token and a key of its own.
func (s *Server) readyForms(w http.ResponseWriter, r *http.Request, forms map[string]*form) error {
	held, err := s.session(w, r)
	if err != nil {
		return err
	}
	token := s.keys.formToken(held)
	for id, f := range forms {
		f.ID, f.Token = id, token
		if f.Key, err = s.newKey(); err != nil {
			return err
		}
	}
	return nil
}

// newKey is an idempotency key for a form.
func (s *Server) newKey() (string, error) {
	text, err := s.randomText(16)
	return "form-" + text, err
}

// recordConsent grants or withdraws consent.
func (s *Server) recordConsent(w http.ResponseWriter, r *http.Request) error {
	return s.customerForm(w, r, "consent", func(ctx context.Context, values url.Values, l *faultList) error {
		c := desk.ConsentCommand{
			Key: l.key(values), Customer: r.PathValue("customer"), Action: l.text(values, "action", true),
			Purpose: l.text(values, "purpose", true), Channel: l.text(values, "channel", true),
			Method: l.text(values, "method", false), Wording: l.text(values, "wording", false),
		}
		if err := l.err(); err != nil {
			return err
		}
		_, err := s.desk.RecordConsent(ctx, c)
		return err
	}, "action", "purpose", "channel", "method", "wording")
}

// addContact adds a contact point.
func (s *Server) addContact(w http.ResponseWriter, r *http.Request) error {
	return s.customerForm(w, r, "contact", func(ctx context.Context, values url.Values, l *faultList) error {
		c := desk.ContactPointCommand{
			Key: l.key(values), Customer: r.PathValue("customer"), Kind: l.text(values, "kind", true),
			Value: l.text(values, "value", true), Region: l.text(values, "region", false), Service: l.text(values, "service", false),
		}
		if err := l.err(); err != nil {
			return err
		}
		_, err := s.desk.AddContactPoint(ctx, c)
		return err
	}, "kind", "value", "region", "service")
}

// recordOffer keeps that an action was taken, or that the customer declined it.
func (s *Server) recordOffer(w http.ResponseWriter, r *http.Request) error {
	return s.customerForm(w, r, "offer", func(ctx context.Context, values url.Values, l *faultList) error {
		c := desk.OfferCommand{Key: l.key(values), Customer: r.PathValue("customer"), Action: l.text(values, "action", true), Declined: values.Get("declined") != ""}
		if err := l.err(); err != nil {
			return err
		}
		_, err := s.desk.Offer(ctx, c)
		return err
	})
}

// customerForm runs the command of one of the customer page's forms: back to the page
// after it, or the page with the faults beside their fields.
func (s *Server) customerForm(w http.ResponseWriter, r *http.Request, name string, run func(context.Context, url.Values, *faultList) error, fields ...string) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	if err = run(r.Context(), values, &l); err == nil {
		http.Redirect(w, r, "/customers/"+url.PathEscape(r.PathValue("customer"))+"?done="+name, http.StatusSeeOther)
		return nil
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	var view customerView
	f := map[string]*form{"consent": &view.Consent, "contact": &view.Contact, "offer": &view.Offer}[name]
	f.values = values
	f.take(why, fields...)
	return s.showCustomer(w, r, why.status, nil, view)
}

// mendable reports whether the person who sent a form can do something about a refusal.
func (e refusal) mendable() bool {
	switch e.code {
	case "invalid", "refused", "conflict", "key-used":
		return true
	}
	return false
}

// notes are what a page says after something was done; the address names one, so that
// nobody can put words of their own on a page.
var notes = map[string]string{
	"consent":  "The customer's answer was recorded.",
	"contact":  "The contact point was added.",
	"offer":    "It was noted, and rests for a while.",
	"merged":   "The customer you asked for was merged into this one.",
	"distinct": "These two will not be proposed again.",
	"undone":   "The merge was undone.",
	"case":     "The case has moved on.",
	"opened":   "The case was opened.",
	"import":   "The import is done.",
}

// done is the note that a redirect asked for, empty for none.
func done(r *http.Request) string { return notes[r.URL.Query().Get("done")] }
