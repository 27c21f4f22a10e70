package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type casesView struct {
	desk.CaseList
	Zone string
}

// casesPage is the queue, the case whose deadline comes first at the top.
func (s *Server) casesPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	status := q.Get("status")
	if status == "" {
		status = "open"
	}
	list, err := s.desk.Cases(r.Context(), desk.CaseQuery{Status: status, Owner: q.Get("owner"), After: q.Get("after"), Limit: pageSize(q.Get("limit"))})
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	list.Query.Status, list.Query.Owner = status, q.Get("owner")
	return s.page(w, r, http.StatusOK, "cases", "Cases", casesView{CaseList: list, Zone: head.Zone})
}

type caseView struct {
	desk.CasePage
	Form form
	Done string
	Acts []option
}

// actLabels are the acts on a case in the order in which an agent meets them.
var actLabels = []option{
	{"acknowledge", "Acknowledge: we have got it"},
	{"reply", "Reply to the customer"},
	{"note", "Note for colleagues"},
	{"receive", "Record what the customer said"},
	{"pause", "Wait for the customer"},
	{"resume", "Go on"},
	{"escalate", "Call for somebody else"},
	{"accept", "Accept the escalation"},
	{"assign", "Assign"},
	{"promise", "Promise an answer"},
	{"resolve", "Resolve"},
	{"close", "Close"},
	{"reopen", "Open again"},
}

// fitting are the acts that fit a case, with their words; an act without words of ours
// has its own name.
func fitting(acts []string) []option {
	var out []option
	left := map[string]bool{}
	for _, act := range acts {
		left[act] = true
	}
	for _, o := range actLabels {
		if left[o.Value] {
			out = append(out, o)
			delete(left, o.Value)
		}
	}
	for _, act := range acts {
		if left[act] {
			out = append(out, option{act, phrase(act)})
		}
	}
	return out
}

// casePage is one case with its clocks, their explanation and what can be done.
func (s *Server) casePage(w http.ResponseWriter, r *http.Request) error {
	return s.showCase(w, r, http.StatusOK, caseView{Done: done(r)})
}

func (s *Server) showCase(w http.ResponseWriter, r *http.Request, status int, view caseView) error {
	page, err := s.desk.Case(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	view.CasePage, view.Acts = page, fitting(page.Actions)
	if err := s.readyForms(w, r, map[string]*form{"act": &view.Form}); err != nil {
		return err
	}
	return s.page(w, r, status, "case", "Case "+page.ID, view)
}

// actOnCase does one act on a case.
func (s *Server) actOnCase(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	c := desk.CaseCommand{
		Key: l.key(values), Case: r.PathValue("case"), Act: l.text(values, "act", true), Text: l.text(values, "text", false),
		Agent: l.text(values, "agent", false), To: l.text(values, "to", false),
	}
	c.Version = l.whole(values, "version", false)
	if err = l.err(); err == nil {
		_, err = s.desk.ActOnCase(r.Context(), c)
	}
	if err == nil {
		http.Redirect(w, r, "/cases/"+url.PathEscape(c.Case)+"?done=case", http.StatusSeeOther)
		return nil
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	f := form{values: values}
	f.take(why, "act", "text", "agent", "to")
	return s.showCase(w, r, why.status, caseView{Form: f})
}

type newCaseView struct {
	Customer string
	Form     form
}

// newCasePage is the form that opens a case.
func (s *Server) newCasePage(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.desk.Account(r.Context(), r.PathValue("customer")); err != nil {
		return err
	}
	return s.showNewCase(w, r, http.StatusOK, form{})
}

func (s *Server) showNewCase(w http.ResponseWriter, r *http.Request, status int, f form) error {
	if err := s.readyForms(w, r, map[string]*form{"open": &f}); err != nil {
		return err
	}
	return s.page(w, r, status, "newcase", "Open a case", newCaseView{Customer: r.PathValue("customer"), Form: f})
}

// openCase opens a case and goes to its page.
func (s *Server) openCase(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	c := desk.OpenCaseCommand{
		Key: l.key(values), Customer: r.PathValue("customer"), Channel: l.text(values, "channel", true),
		Subject: l.text(values, "subject", true), Text: l.text(values, "text", true),
	}
	var out desk.CaseResult
	if err = l.err(); err == nil {
		out, err = s.desk.OpenCase(r.Context(), c)
	}
	if err == nil {
		http.Redirect(w, r, "/cases/"+url.PathEscape(out.Case.ID)+"?done=opened", http.StatusSeeOther)
		return nil
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	f := form{values: values}
	f.take(why, "channel", "subject", "text")
	return s.showNewCase(w, r, why.status, f)
}

// Seen is the version of the case that the form was made for, as text.
func (v caseView) Seen() string { return strconv.FormatInt(v.Version, 10) }
