package web

import (
	"net/http"
	"net/url"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type mergesView struct {
	Proposals []desk.ProposalView
	Merges    []desk.MergeView
	Zone      string
	Form      form
	Done      string
}

// mergesPage shows who may be the same person and what was merged.
func (s *Server) mergesPage(w http.ResponseWriter, r *http.Request) error {
	return s.showMerges(w, r, http.StatusOK, mergesView{Done: done(r)})
}

func (s *Server) showMerges(w http.ResponseWriter, r *http.Request, status int, view mergesView) error {
	var err error
	if view.Proposals, err = s.desk.Proposals(r.Context()); err != nil {
		return err
	}
	if view.Merges, err = s.desk.Merges(r.Context()); err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	view.Zone = head.Zone
	if err := s.readyForms(w, r, map[string]*form{"merge": &view.Form}); err != nil {
		return err
	}
	return s.page(w, r, status, "merges", "Duplicates", view)
}

// merge makes one customer part of another and goes to the one that stays.
func (s *Server) merge(w http.ResponseWriter, r *http.Request) error {
	return s.mergeForm(w, r, func(values url.Values, l *faultList) (string, error) {
		c := desk.MergeCommand{Key: l.key(values), Winner: l.text(values, "winner", true), Loser: l.text(values, "loser", true), Agent: l.text(values, "agent", false)}
		if err := l.err(); err != nil {
			return "", err
		}
		out, err := s.desk.Merge(r.Context(), c)
		return "/customers/" + url.PathEscape(out.Winner) + "?done=merged", err
	})
}

// distinct records that two customers are two people.
func (s *Server) distinct(w http.ResponseWriter, r *http.Request) error {
	return s.mergeForm(w, r, func(values url.Values, l *faultList) (string, error) {
		c := desk.DistinctCommand{Key: l.key(values), Left: l.text(values, "left", true), Right: l.text(values, "right", true)}
		if err := l.err(); err != nil {
			return "", err
		}
		return "/merges?done=distinct", s.desk.Distinct(r.Context(), c)
	})
}

// undoMerge takes a merge apart again.
func (s *Server) undoMerge(w http.ResponseWriter, r *http.Request) error {
	return s.mergeForm(w, r, func(values url.Values, l *faultList) (string, error) {
		c := desk.UndoMergeCommand{Key: l.key(values), Merge: r.PathValue("merge"), Agent: l.text(values, "agent", false)}
		if err := l.err(); err != nil {
			return "", err
		}
		_, err := s.desk.UndoMerge(r.Context(), c)
		return "/merges?done=undone", err
	})
}

// mergeForm runs a command of this page: on to where it leads, or the page with what is
// wrong on top.
func (s *Server) mergeForm(w http.ResponseWriter, r *http.Request, run func(url.Values, *faultList) (string, error)) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	next, err := run(values, &l)
	if err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	f := form{values: values}
	f.take(why)
	return s.showMerges(w, r, why.status, mergesView{Form: f})
}
