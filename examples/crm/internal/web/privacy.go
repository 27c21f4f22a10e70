package web

import (
	"mime"
	"net/http"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type receiptsView struct {
	Receipts []desk.ReceiptView
	Zone     string
}

// receiptsPage shows the receipts of erasures.
func (s *Server) receiptsPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.desk.Receipts(r.Context())
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "receipts", "Privacy", receiptsView{Receipts: list, Zone: head.Zone})
}

type privacyView struct {
	Customer string
	Zone     string
	Form     form
	Receipt  *desk.ReceiptView
}

// privacyPage offers a copy of everything that is held, and erasure.
func (s *Server) privacyPage(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.desk.Customer(r.Context(), r.PathValue("customer"), nil); err != nil {
		return err
	}
	return s.showPrivacy(w, r, http.StatusOK, privacyView{})
}

func (s *Server) showPrivacy(w http.ResponseWriter, r *http.Request, status int, view privacyView) error {
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	view.Customer, view.Zone = r.PathValue("customer"), head.Zone
	if err := s.readyForms(w, r, map[string]*form{"erase": &view.Form}); err != nil {
		return err
	}
	return s.page(w, r, status, "privacy", "Privacy", view)
}

// export hands out a copy as a download. It is a form, so that nothing fetches it by
// following links.
func (s *Server) export(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	file, err := s.desk.Export(r.Context(), r.PathValue("customer"), values.Get("format"))
	if err != nil {
		return err
	}
	sendFile(w, file)
	return nil
}

// sendFile sends a file to be kept and not shown.
func sendFile(w http.ResponseWriter, file desk.File) {
	kind := file.Type
	if _, _, err := mime.ParseMediaType(kind); err != nil {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(file.Name)}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Write(file.Data) //nolint:errcheck // the client is gone, and the log line has the status
}

// erase removes a person and shows the receipt.
func (s *Server) erase(w http.ResponseWriter, r *http.Request) error {
	values, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	var l faultList
	c := desk.EraseCommand{Key: l.key(values), Customer: r.PathValue("customer"), Confirm: l.text(values, "confirm", true), Reason: l.text(values, "reason", false)}
	if c.Confirm != "" && c.Confirm != c.Customer {
		l.add("confirm", "confirm", "This is not the customer's id, so nothing was erased.")
	}
	var out desk.ReceiptView
	if err = l.err(); err == nil {
		out, err = s.desk.Erase(r.Context(), c)
	}
	if err == nil {
		return s.showPrivacy(w, r, http.StatusOK, privacyView{Receipt: &out})
	}
	why := refused(err)
	if !why.mendable() {
		return err
	}
	f := form{values: values}
	f.take(why, "confirm", "reason")
	return s.showPrivacy(w, r, why.status, privacyView{Form: f})
}
