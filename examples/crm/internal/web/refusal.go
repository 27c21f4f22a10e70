package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// refusal is what a request gets instead of an answer. Text is for people and holds
// nothing that they did not send themselves.
type refusal struct {
	status   int
	code     string // of the problem: the last part of its type
	text     string
	problems []desk.Problem
	cause    error
}

// Error names the code, for the log.
func (e refusal) Error() string { return "web: " + e.code }

// Unwrap gives the cause.
func (e refusal) Unwrap() error { return e.cause }

// refused turns an error of the application into what the client is told.
func refused(err error) refusal {
	var own refusal
	if errors.As(err, &own) {
		return own
	}
	var tooLarge *http.MaxBytesError
	out := refusal{cause: err}
	var detail *desk.ProblemError
	if errors.As(err, &detail) {
		out.problems = detail.Problems
	}
	switch {
	case errors.As(err, &tooLarge):
		out.status, out.code, out.text = http.StatusRequestEntityTooLarge, "too-large", "What was sent is larger than this server takes."
	case errors.Is(err, desk.ErrNotFound):
		out.status, out.code, out.text = http.StatusNotFound, "not-found", "There is nothing by that name here."
	case errors.Is(err, desk.ErrKeyUsed):
		out.status, out.code, out.text = http.StatusUnprocessableEntity, "key-used", "This key has been used for something else. A new request needs a new key."
	case errors.Is(err, desk.ErrConflict):
		out.status, out.code, out.text = http.StatusConflict, "conflict", "Somebody changed this in the meantime. Please look at it again."
	case errors.Is(err, desk.ErrRefused):
		out.status, out.code, out.text = http.StatusConflict, "refused", "This was understood, and the rules do not allow it."
	case errors.Is(err, desk.ErrInvalid):
		out.status, out.code, out.text = http.StatusUnprocessableEntity, "invalid", "Some of what was sent cannot be right."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		out.status, out.code, out.text = http.StatusServiceUnavailable, "busy", "This took too long and was given up. It may be tried again with the same key."
	case errors.Is(err, errors.ErrUnsupported):
		out.status, out.code, out.text = http.StatusNotImplemented, "not-implemented", "This application cannot do that."
	default:
		out.status, out.code, out.text = http.StatusInternalServerError, "internal", "Something went wrong on our side."
	}
	return out
}

// Problem is the body of an API error: RFC 9457 (2023), Problem Details for HTTP APIs,
// with every fault of the request.
type Problem struct {
	// Type is a URI reference below /api/v1/problems/.
	Type string `json:"type"`
	// Title says the same in words and is the same for each type.
	Title string `json:"title"`
	// Status is the HTTP status.
	Status int `json:"status"`
	// Detail says what is wrong this time, where there is more to say.
	Detail string `json:"detail,omitempty"`
	// Instance names the request, as the log does.
	Instance string `json:"instance"`
	// Errors are all faults, each with a JSON pointer (RFC 6901) into the body.
	Errors []Fault `json:"errors,omitempty"`
}

// Fault is one thing that is wrong with a request.
type Fault struct {
	// Pointer leads to the value; empty for the whole body.
	Pointer string `json:"pointer"`
	// Code is a stable name.
	Code string `json:"code"`
	// Detail is for people.
	Detail string `json:"detail"`
}

// problemTitles are the types of problems; the document of the API lists the same.
var problemTitles = map[string]string{
	"too-large":       "The body is too large",
	"not-found":       "Not found",
	"method":          "Method not allowed",
	"key-used":        "The idempotency key was used for something else",
	"key-missing":     "An idempotency key is required",
	"conflict":        "Changed in the meantime",
	"refused":         "The rules do not allow it",
	"invalid":         "The request is not valid",
	"malformed":       "The body cannot be read",
	"media-type":      "The media type is not taken",
	"busy":            "Too busy",
	"internal":        "Internal error",
	"not-implemented": "Not implemented",
	"origin":          "Cross-origin request refused",
	"host":            "Unknown host name",
	"token":           "The form's token is missing or no longer valid",
	"unauthorized":    "A token is required",
	"throttled":       "Too many attempts",
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// fail answers with a refusal: a problem document for programs, a page for people.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	why := refused(err)
	id := ""
	if x := follow(w); x != nil {
		id = x.id
		x.fault = why.code
	}
	if why.status >= http.StatusInternalServerError && why.cause != nil {
		s.opts.Log.ErrorContext(r.Context(), "failed", slog.String("id", id), slog.String("error", redacted(why.cause)))
	}
	if isAPI(r) {
		writeProblem(w, id, why)
		return
	}
	s.failPage(w, r, id, why)
}

// follow finds the exchange behind a response writer.
func follow(w http.ResponseWriter) *exchange {
	for {
		if x, ok := w.(*exchange); ok {
			return x
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = inner.Unwrap()
	}
}

func writeProblem(w http.ResponseWriter, id string, why refusal) {
	p := Problem{Type: "/api/v1/problems/" + why.code, Title: problemTitles[why.code], Status: why.status, Detail: why.text, Instance: "urn:request:" + id}
	for _, one := range why.problems {
		p.Errors = append(p.Errors, Fault{Pointer: one.Path, Code: one.Code, Detail: one.Message})
	}
	body, err := json.Marshal(p)
	if err != nil { // strings and a number: cannot be
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(why.status)
	w.Write(body) //nolint:errcheck // the client is gone, and the log line has the status
}
