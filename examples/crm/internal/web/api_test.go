package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// apiDoc is the document of the API as far as the tests compare it.
type apiDoc struct {
	OpenAPI    string                                `json:"openapi"`
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Items      *schema           `json:"items"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Additional *bool             `json:"additionalProperties"`
	Enum       []string          `json:"enum"`
}

type apiOperation struct {
	ID         string `json:"operationId"`
	Summary    string `json:"summary"`
	Parameters []struct {
		Ref string `json:"$ref"`
		In  string `json:"in"`
	} `json:"parameters"`
	Body struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

func readDocument(t *testing.T) apiDoc {
	t.Helper()
	var d apiDoc
	require.NoError(t, json.Unmarshal(apiDocument, &d))
	require.Equal(t, "3.1.1", d.OpenAPI)
	return d
}

func (d apiDoc) operation(t *testing.T, method, path string) apiOperation {
	t.Helper()
	raw, found := d.Paths[path][strings.ToLower(method)]
	require.True(t, found, "%s %s is not in the document", method, path)
	var op apiOperation
	require.NoError(t, json.Unmarshal(raw, &op))
	return op
}

func (d apiDoc) resolve(t *testing.T, s schema) schema {
	t.Helper()
	if s.Ref == "" {
		return s
	}
	name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
	out, found := d.Components.Schemas[name]
	require.True(t, found, "no schema %s", s.Ref)
	return out
}

// compare holds a schema against the Go type that is read from it or written as it.
func (d apiDoc) compare(t *testing.T, at string, s schema, typ reflect.Type, request bool, omit []string) {
	t.Helper()
	s = d.resolve(t, s)
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case typ.PkgPath() == "time" && typ.Name() == "Time":
		require.Equal(t, "string", s.Type, at)
		return
	case typ == reflect.TypeFor[json.RawMessage]():
		require.Equal(t, "object", s.Type, at)
		return
	}
	switch typ.Kind() {
	case reflect.String:
		require.Equal(t, "string", s.Type, at)
	case reflect.Bool:
		require.Equal(t, "boolean", s.Type, at)
	case reflect.Int, reflect.Int64:
		require.Equal(t, "integer", s.Type, at)
	case reflect.Slice:
		require.Equal(t, "array", s.Type, at)
		require.NotNil(t, s.Items, at)
		d.compare(t, at+"[]", *s.Items, typ.Elem(), request, nil)
	case reflect.Struct:
		require.Equal(t, "object", s.Type, at)
		want, always := jsonNames(typ)
		var names []string
		for name, field := range want {
			if slices.Contains(omit, name) {
				continue
			}
			names = append(names, name)
			property, found := s.Properties[name]
			require.True(t, found, "%s.%s is not in the document", at, name)
			d.compare(t, at+"."+name, property, field, request, nil)
		}
		require.Len(t, s.Properties, len(names), "%s has more in the document than in Go: %v", at, s.Properties)
		if request {
			require.NotNil(t, s.Additional, at)
			require.False(t, *s.Additional, "%s: unknown fields are refused", at)
			for _, name := range s.Required {
				require.Contains(t, names, name, at)
			}
			return
		}
		require.ElementsMatch(t, always, s.Required, at)
	default:
		require.Fail(t, "a type without a schema", "%s %s", at, typ)
	}
}

// jsonNames are the fields of a struct as JSON has them, and which of them always stand.
func jsonNames(typ reflect.Type) (fields map[string]reflect.Type, always []string) {
	fields = map[string]reflect.Type{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			more, stand := jsonNames(f.Type)
			for name, inner := range more {
				fields[name] = inner
			}
			always = append(always, stand...)
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		fields[name] = f.Type
		if !strings.HasPrefix(option, "omit") {
			always = append(always, name)
		}
	}
	return fields, always
}

func TestTheDocumentIsTheAPI(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	s := start(t, newFake(t), nil).server
	registered := map[string]bool{}
	for _, rt := range s.Routes() {
		path, ours := strings.CutPrefix(rt.Pattern, "/api/v1")
		if !ours {
			continue
		}
		registered[rt.Method+" "+path] = true
		op := d.operation(t, rt.Method, path)
		require.NotEmpty(t, op.Summary, path)
		var inPath []struct{ Name, In string }
		if raw, found := d.Paths[path]["parameters"]; found {
			require.NoError(t, json.Unmarshal(raw, &inPath))
		}
		var names []string
		for _, p := range inPath {
			require.Equal(t, "path", p.In)
			names = append(names, "{"+p.Name+"}")
		}
		require.ElementsMatch(t, regexp.MustCompile(`\{\w+\}`).FindAllString(path, -1), names, path)
	}
	ids := map[string]bool{}
	for path, item := range d.Paths {
		for method := range item {
			if method == "parameters" {
				continue
			}
			require.True(t, registered[strings.ToUpper(method)+" "+path], "%s %s is in the document and not registered", method, path)
			id := d.operation(t, method, path).ID
			require.False(t, ids[id], "the operation %s stands twice", id)
			ids[id] = true
		}
	}
	used := map[string]bool{}
	for _, op := range s.operations() {
		described := d.operation(t, op.method, op.path)
		at := op.method + " " + op.path
		keyed := slices.ContainsFunc(described.Parameters, func(p struct {
			Ref string `json:"$ref"`
			In  string `json:"in"`
		},
		) bool {
			return p.Ref == "#/components/parameters/IdempotencyKey"
		})
		require.Equal(t, op.keyed, keyed, at)
		if op.request != nil {
			d.compare(t, at+" body", described.Body.Content["application/json"].Schema, op.request, true, op.omit)
		}
		if op.response != nil {
			d.compare(t, at, described.Responses["200"].Content["application/json"].Schema, op.response, false, nil)
		}
		require.Equal(t, "#/components/responses/Problem", described.Responses["default"].Ref, at)
	}
	d.compare(t, "problem", schema{Ref: "#/components/schemas/Problem"}, reflect.TypeFor[Problem](), false, nil)
	var codes []string
	for code := range problemTitles {
		codes = append(codes, "/api/v1/problems/"+code)
	}
	require.ElementsMatch(t, codes, d.Components.Schemas["Problem"].Properties["type"].Enum)
	for _, ref := range regexp.MustCompile(`"\$ref": "#/components/schemas/(\w+)"`).FindAllSubmatch(apiDocument, -1) {
		used[string(ref[1])] = true
	}
	for name := range d.Components.Schemas {
		require.True(t, used[name], "nothing uses the schema %s", name)
	}
}

// fits says where a value does not fit a schema.
func (d apiDoc) fits(t *testing.T, at string, s schema, value any) []string {
	t.Helper()
	s = d.resolve(t, s)
	wrong := func(is bool) []string {
		if is {
			return nil
		}
		return []string{fmt.Sprintf("%s is %T and no %s", at, value, s.Type)}
	}
	switch s.Type {
	case "string":
		_, is := value.(string)
		return wrong(is)
	case "boolean":
		_, is := value.(bool)
		return wrong(is)
	case "integer":
		n, is := value.(float64)
		return wrong(is && n == float64(int64(n)))
	case "array":
		list, is := value.([]any)
		out := wrong(is)
		for i, one := range list {
			out = append(out, d.fits(t, fmt.Sprint(at, "/", i), *s.Items, one)...)
		}
		return out
	}
	object, is := value.(map[string]any)
	out := wrong(is)
	for _, name := range s.Required {
		if _, found := object[name]; !found {
			out = append(out, at+"/"+name+" is missing")
		}
	}
	for name, one := range object {
		property, found := s.Properties[name]
		if !found && len(s.Properties) > 0 {
			out = append(out, at+"/"+name+" is not in the document")
			continue
		}
		if found {
			out = append(out, d.fits(t, at+"/"+name, property, one)...)
		}
	}
	return out
}

// filledPath is an operation's path with names of the fixture.
func filledPath(path string) string {
	return strings.NewReplacer("{customer}", "c-7", "{case}", "k-1", "{survey}", "purchase", "{merge}", "g-1", "{hold}", "h", "{segment}", "loyal").Replace(path)
}

func TestAnswersFitTheDocument(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	for name, f := range map[string]*fakeDesk{"filled": newFake(t), "empty": {survey: desk.SurveyForm{Definition: []byte("{}")}, person: desk.CustomerPage{Contacts: make([]desk.ContactView, 1)}, merges: make([]desk.MergeView, 1), imports: make([]desk.ImportReport, 1), receipts: make([]desk.ReceiptView, 1)}} {
		b := start(t, f, nil)
		for _, op := range b.server.operations() {
			if op.response == nil || op.path == "/imports" && op.method == http.MethodPost {
				continue
			}
			body := ""
			if op.request != nil {
				body = "{}"
			}
			got := b.call(op.method, filledPath(op.path), body, "k-"+name)
			require.Equal(t, http.StatusOK, got.status, "%s %s: %s", op.method, op.path, got.body)
			require.Equal(t, "application/json", got.header.Get("Content-Type"))
			var value any
			require.NoError(t, json.Unmarshal([]byte(got.body), &value))
			described := d.operation(t, op.method, op.path).Responses["200"].Content["application/json"].Schema
			require.Empty(t, d.fits(t, op.path, described, value))
		}
	}
}

func TestWritesNeedAKey(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	n := 0
	for _, op := range b.server.operations() {
		if !op.keyed {
			continue
		}
		n++
		for _, key := range []string{"", "with space", "ü", strings.Repeat("k", maxKey+1), `""`} {
			got := b.call(op.method, filledPath(op.path), "{}", key)
			require.Equal(t, http.StatusBadRequest, got.status, "%s %q", op.path, key)
			require.Contains(t, got.body, "/api/v1/problems/key-missing")
		}
	}
	require.Equal(t, 17, n)
	require.Nil(t, f.last())
	for _, key := range []string{"abc", `"abc"`} {
		require.Equal(t, http.StatusOK, b.call(http.MethodPost, "/customers/c-7/orders", `{"order":"o-1","lines":[{"item":"Kettle","amount":"19.90"}]}`, key).status)
		require.Equal(t, desk.EarnCommand{Key: "abc", Customer: "c-7", Order: "o-1", Lines: []desk.OrderLine{{Item: "Kettle", Amount: "19.90"}}}, f.last())
	}
}

func TestAllFaultsOfABody(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), nil)
	got := b.call(http.MethodPost, "/customers/c-7/orders", `{"order":7,"lines":[{"item":"a","amount":1.5},{"a/b~c":null,"item":"x","item":"y"},"z"],"key":"mine","customer":"c-8"}`, "k")
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	var p Problem
	require.NoError(t, json.Unmarshal([]byte(got.body), &p))
	require.Equal(t, "urn:request:"+got.header.Get("X-Request-Id"), p.Instance)
	require.Equal(t, "/api/v1/problems/invalid", p.Type)
	require.ElementsMatch(t, []Fault{
		{"/order", "type", "This has to be a string."},
		{"/lines/0/amount", "type", "This has to be a string."},
		{"/lines/1/a~1b~0c", "unknown", "There is no such field."},
		{"/lines/1/item", "duplicate", "This name stands here twice."},
		{"/lines/2", "type", "This has to be an object."},
		{"/key", "unknown", "There is no such field."},
		{"/customer", "unknown", "There is no such field."},
	}, p.Errors)
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	for body, want := range map[string]int{
		`{"left":"a","right":"b"} {}`: 400,
		`{"left":"a"`:                 400,
		`{"left":` + strings.Repeat("[", 50) + strings.Repeat("]", 50): 400,
		`[]`:             422,
		`null`:           422,
		`{"left":null}`:  422,
		`{"LEFT":"a"}`:   422,
		`{"left":["a"]}`: 422,
	} {
		got := b.call(http.MethodPost, "/distinctions", body, "k")
		require.Equal(t, want, got.status, "%s: %s", body, got.body)
	}
	r := request(http.MethodPost, "/api/v1/distinctions", strings.NewReader(`{"left":"a","right":"b"}`))
	r.Header.Set("Idempotency-Key", "k")
	require.Equal(t, http.StatusUnsupportedMediaType, b.do(r).status)
	require.Nil(t, f.last())
}

func TestErrorsOfTheDesk(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{&desk.ProblemError{Kind: desk.ErrInvalid, Problems: []desk.Problem{{Path: "/points", Code: "range", Message: "too many"}}}, 422, "invalid"},
		{&desk.ProblemError{Kind: desk.ErrRefused}, 409, "refused"},
		{fmt.Errorf("deep: %w", desk.ErrConflict), 409, "conflict"},
		{desk.ErrKeyUsed, 422, "key-used"},
		{desk.ErrNotFound, 404, "not-found"},
		{fmt.Errorf("disk of %q is full", "Ana"), 500, "internal"},
		{http.ErrBodyNotAllowed, 500, "internal"},
	} {
		f.err = c.err
		got := b.call(http.MethodPost, "/customers/c-7/redemptions", `{"points":5}`, "k")
		require.Equal(t, c.status, got.status)
		require.Contains(t, got.body, `"/api/v1/problems/`+c.code+`"`)
		require.NotContains(t, got.body, "Ana")
		page := b.send("/customers/c-7/loyalty/redeem", map[string][]string{"key": {"k"}, "points": {"5"}})
		require.Equal(t, c.status, page.status)
		require.Empty(t, barriers(page.body))
	}
	f.err = nil
	require.Equal(t, http.StatusNotFound, b.get("/customers/nobody").status)
	for code := range problemTitles {
		require.Equal(t, http.StatusOK, b.call(http.MethodGet, "/problems/"+code, "", "").status)
	}
}

func TestEntityTags(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	first := b.call(http.MethodGet, "/customers", "", "")
	tag := first.header.Get("ETag")
	require.NotEmpty(t, tag)
	require.Equal(t, "private, no-cache", first.header.Get("Cache-Control"))
	again := func(match string) reply {
		r := request(http.MethodGet, "/api/v1/customers", nil)
		r.Header.Set("If-None-Match", match)
		return b.do(r)
	}
	for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		got := again(match)
		require.Equal(t, http.StatusNotModified, got.status, match)
		require.Empty(t, got.body)
	}
	f.people.Total++
	require.Equal(t, http.StatusOK, again(tag).status)
}

func TestPagesOfAList(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	require.Equal(t, http.StatusOK, b.call(http.MethodGet, "/customers?q=m&segment=loyal&after=x&limit=200", "", "").status)
	require.Equal(t, desk.CustomerQuery{Text: "m", Segment: "loyal", After: "x", Limit: 200}, f.last())
	require.Equal(t, http.StatusOK, b.call(http.MethodGet, "/cases?status=all&owner=i&after=x&limit=1", "", "").status)
	require.Equal(t, desk.CaseQuery{Status: "all", Owner: "i", After: "x", Limit: 1}, f.last())
	for _, limit := range []string{"0", "201", "-1", "many", "1e3"} {
		require.Equal(t, http.StatusUnprocessableEntity, b.call(http.MethodGet, "/customers?limit="+limit, "", "").status, limit)
	}
}

func TestFilesAreDownloads(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.file.Name = "c\"\r\nX-Evil: 1/../é.json"
	b := start(t, f, nil)
	got := b.call(http.MethodGet, "/customers/c-7/export?format=vcard", "", "")
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, [2]string{"c-7", "vcard"}, f.last())
	require.True(t, strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment;"), got.header.Get("Content-Disposition"))
	require.Empty(t, got.header.Get("X-Evil"))
	require.Equal(t, "default-src 'none'; sandbox", got.header.Get("Content-Security-Policy"))
	require.JSONEq(t, string(f.file.Data), got.body)
	page := b.send("/customers/c-7/export", map[string][]string{"format": {"json"}})
	require.Equal(t, f.file.Data, []byte(page.body))
}

func TestImportThroughTheAPI(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, nil)
	r := request(http.MethodPost, "/api/v1/imports?name=../../a.csv", strings.NewReader("Invoice\n1\n"))
	r.Header.Set("Idempotency-Key", "k")
	require.Equal(t, http.StatusUnsupportedMediaType, b.do(r).status)
	r = request(http.MethodPost, "/api/v1/imports?name=../../a.csv", strings.NewReader("Invoice\n1\n"))
	r.Header.Set("Idempotency-Key", "k")
	r.Header.Set("Content-Type", "text/csv")
	got := b.do(r)
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.Equal(t, desk.ImportCommand{Key: "k", Name: "a.csv", Size: 10}, f.last())
	require.Equal(t, "Invoice\n1\n", f.imported)
}
