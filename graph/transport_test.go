package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const (
	typename  = `{"query": "{ __typename }"}`
	withName  = `{"query": "query Type($name: String!) { __type(name: $name) { name } }", "variables": {"name": "sometype"}}`
	badValue  = `{"query": "query Count($n: Int!) { search(query: \"\", first: $n) { totalCount } }", "variables": {"n": "many"}}`
	unparsed  = `{"query": "{"}`
	invalid   = `{"query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }"}`
	invalid2  = `{"query": "{ nothing }"}`
	anyClient = 0 // any status of 4xx
)

// exchange is one request and what its answer must be.
type exchange struct {
	name        string // of the audit of graphql-http, or of the case
	method      string // POST when ""
	target      string // what follows /graphql
	contentType string // application/json when ""; "none" for no header
	accept      string
	body        string
	status      int
	media       string // of the answer; "" for any
	data        string // "has", "none" or "" for either
	header      string // "Name: value" the answer must carry
}

// TestAudits is the conformance suite of GraphQL over HTTP: the 61 cases that
// graphql-http audits a server for, by their names there.
func TestAudits(t *testing.T) {
	cases := audits()
	if len(cases) != 61 {
		t.Errorf("%d audits, want 61", len(cases))
	}
	exchanges(t, cases)
}

func audits() []exchange {
	get := func(query string, variables string) string {
		return "?" + url.Values{"query": {query}, "variables": {variables}}.Encode()
	}
	typeQuery := "query Type($name: String!) { __type(name: $name) { name } }"
	cases := []exchange{
		{name: "22EB", accept: mediaResponse, body: typename, status: 200, media: mediaResponse, data: "has"},
		{name: "4655", accept: mediaJSON, body: typename, status: 200, media: mediaJSON, data: "has"},
		{name: "47DE", accept: "*/*", body: typename, status: 200, media: mediaJSON},
		{name: "80D8", body: typename, status: 200, media: mediaJSON},
		{name: "82A3", body: typename, status: 200, header: "Content-Type: application/json; charset=utf-8"},
		{name: "BF61", contentType: "application/json; charset=utf-8", body: `{"query": "{ __type(name: \"Ĥẽỻø 📨\") { name } }"}`, status: 200},
		{name: "78D5", body: typename, status: 200},
		{name: "2C94", body: typename, status: 200},
		{name: "5A70", method: "GET", target: get("{ __typename }", ""), status: 200},
		{name: "9C48", method: "GET", target: get("mutation { __typename }", ""), accept: mediaResponse, status: 405},
		{name: "9ABE", contentType: "text/plain;charset=UTF-8", body: typename, status: anyClient},
		{name: "03D4", body: typename, status: 200},
		{name: "A5BF", status: 400},
		{name: "423L", accept: mediaResponse, body: `{"notquery": "{ __typename }"}`, status: 400},
		{name: "34A2", accept: mediaResponse, body: typename, status: 200},
		{name: "13EE", accept: mediaJSON, body: typename, status: 200, data: "has"},
		{name: "8161", accept: mediaResponse, body: `{"operationName": "Query", "query": "query Query { __typename }"}`, status: 200},
		{name: "B8B3", accept: mediaJSON, body: `{"operationName": "Query", "query": "query Query { __typename }"}`, status: 200, data: "has"},
		{name: "2EA1", accept: mediaResponse, body: withName, status: 200},
		{name: "28B9", accept: mediaJSON, body: withName, status: 200, data: "has"},
		{name: "D6D5", method: "GET", target: get(typeQuery, `{"name": "sometype"}`), accept: mediaResponse, status: 200, data: "has"},
		{name: "6A70", method: "GET", target: get(typeQuery, `{"name": "sometype"}`), accept: mediaJSON, status: 200, data: "has"},
		{name: "428F", accept: mediaResponse, body: `{"query": "{ __typename }", "extensions": {"some": "value"}}`, status: 200},
		{name: "1B7A", accept: mediaJSON, body: `{"query": "{ __typename }", "extensions": {"some": "value"}}`, status: 200, data: "has"},
		{name: "B6DC", accept: mediaJSON, body: `{ "not a JSON`, status: 400},
		{name: "BCF8", accept: mediaJSON, body: `{ "not a JSON`, status: 400},
		{name: "B7N8", accept: mediaResponse, body: `{ "not a JSON`, status: 400},
		{name: "8764", body: `{"qeury": "{ __typename }"}`, status: 400},
		{name: "3E3A", body: `{"qeury": "{ __typename }"}`, status: 400},
		{name: "572B", accept: mediaJSON, body: unparsed, status: 200},
		{name: "FDE2", accept: mediaJSON, body: invalid, status: 200},
		{name: "7B9B", accept: mediaJSON, body: badValue, status: 200},
		{name: "865D", accept: mediaResponse, body: unparsed, status: 400},
		{name: "556A", accept: mediaResponse, body: unparsed, status: 400},
		{name: "D586", accept: mediaResponse, body: unparsed, status: 400, data: "none"},
		{name: "51FE", accept: mediaResponse, body: invalid, status: 400},
		{name: "74FF", accept: mediaResponse, body: invalid2, status: 400},
		{name: "5E5B", accept: mediaResponse, body: invalid2, status: 400, data: "none"},
		{name: "86EE", accept: mediaResponse, body: badValue, status: 400, data: "none"},
	}
	wrong := func(audit, parameter string, values ...string) {
		for i, value := range values {
			body := fmt.Sprintf(`{"query": "{ __typename }", %q: %s}`, parameter, value)
			if parameter == "query" {
				body = fmt.Sprintf(`{"query": %s}`, value)
			}
			cases = append(cases, exchange{name: fmt.Sprint(audit, i), body: body, status: 400})
		}
	}
	wrong("LKJ", "query", `{"obj": "ect"}`, "0", "false", `["array"]`)
	wrong("6C0", "operationName", `{"obj": "ect"}`, "0", "false", `["array"]`)
	wrong("476", "variables", `"string"`, "0", "false", `["array"]`)
	wrong("58B", "extensions", `"string"`, "0", "false", `["array"]`)
	for i, parameter := range []string{"variables", "operationName", "extensions"} {
		body := fmt.Sprintf(`{"query": "{ __typename }", %q: null}`, parameter)
		cases = append(cases,
			exchange{name: fmt.Sprint("94B", i), accept: mediaResponse, body: body, status: 200, data: "has"},
			exchange{name: fmt.Sprint("022", i), accept: mediaJSON, body: body, status: 200, data: "has"})
	}
	return cases
}

// TestTransport is what the audits leave open.
func TestTransport(t *testing.T) {
	huge := `{"query": "{ __typename }", "variables": {"pad": "` + strings.Repeat("x", maxBody) + `"}}`
	costly := `{"query": "{ threads(first: 200) { nodes { entries(first: 200) { nodes { replies(first: 200) { nodes { id } } } } } } }"}`
	exchanges(t, []exchange{
		{name: "nothing acceptable", accept: "text/html", body: typename, status: 406, data: "none"},
		{name: "refused by q", accept: "application/json;q=0, application/graphql-response+json;q=0", body: typename, status: 406},
		{name: "browser", accept: "text/html,application/xhtml+xml,*/*;q=0.8", method: "GET", target: "?query=%7B__typename%7D", status: 200, media: mediaJSON},
		{name: "q decides", accept: "application/json;q=0.5, application/graphql-response+json", body: typename, status: 200, media: mediaResponse},
		{name: "q decides the other way", accept: "application/graphql-response+json;q=0.5, application/json", body: typename, status: 200, media: mediaJSON},
		{name: "both named", accept: "application/graphql-response+json, application/json;q=0.9", body: typename, status: 200, media: mediaResponse},
		{name: "family", accept: "application/*", body: typename, status: 200, media: mediaJSON},
		{name: "accept charset", accept: "application/json; charset=utf-8", body: typename, status: 200, media: mediaJSON},
		{name: "accept other charset", accept: "application/json; charset=latin1", body: typename, status: 406},
		{name: "mutation over GET", method: "GET", target: "?query=mutation%7Ba%7D", status: 405, header: "Allow: POST"},
		{name: "PUT", method: "PUT", body: typename, status: 405, header: "Allow: GET, POST, OPTIONS", data: "none"},
		{name: "DELETE", method: "DELETE", status: 405},
		{name: "HEAD", method: "HEAD", status: 405},
		{name: "OPTIONS", method: "OPTIONS", status: 204, header: "Allow: GET, POST, OPTIONS"},
		{name: "text", contentType: "text/plain", body: typename, status: 415, data: "none"},
		{name: "form", contentType: "application/x-www-form-urlencoded", body: "query=%7B__typename%7D", status: 415},
		{name: "multipart", contentType: "multipart/form-data; boundary=x", body: "--x--", status: 415},
		{name: "no content type", contentType: "none", body: typename, status: 415},
		{name: "latin1", contentType: "application/json; charset=iso-8859-1", body: typename, status: 415},
		{name: "not utf-8", body: "{\"query\": \"{ a\xff }\"}", status: 400},
		{name: "list", body: "[" + typename + "]", status: 400},
		{name: "null", body: "null", status: 400},
		{name: "text after", body: typename + "x", status: 400},
		{name: "other case", body: `{"Query": "{ __typename }"}`, status: 400},
		{name: "huge", body: huge, status: 413, data: "none"},
		{name: "costly", body: costly, accept: mediaJSON, status: 400, data: "none"},
		{name: "costly, other media", body: costly, accept: mediaResponse, status: 400, data: "none"},
		{name: "empty GET", method: "GET", status: 400},
		{name: "GET variables", method: "GET", target: "?query=%7B__typename%7D&variables=%5B%5D", status: 400},
		{name: "GET variables, no JSON", method: "GET", target: "?query=%7B__typename%7D&variables=%7B", status: 400},
		{name: "GET not utf-8", method: "GET", target: "?query=%7B__typename%ff%7D", status: 400},
		{name: "GET broken escape", method: "GET", target: "?query=%7", status: 400},
		{name: "no such operation", body: `{"query": "query A { __typename } query B { __typename }", "operationName": "C"}`, accept: mediaResponse, status: 400, data: "none"},
		{name: "which operation", body: `{"query": "query A { __typename } query B { __typename }"}`, accept: mediaResponse, status: 400, data: "none"},
		{name: "subscription", body: `{"query": "subscription { a }"}`, accept: mediaResponse, status: 400, data: "none"},
		{name: "failed field", body: `{"query": "{ search(query: \"\", first: 0) { totalCount } }"}`, accept: mediaResponse, status: 200, data: "has"},
	})
}

func exchanges(t *testing.T, cases []exchange) {
	t.Helper()
	s := server(t, nil, Options{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, s, c) })
	}
}

func check(t *testing.T, s *httptest.Server, c exchange) {
	t.Helper()
	response, body := send(t, s, c)
	if c.status != response.StatusCode && !(c.status == anyClient && response.StatusCode/100 == 4) {
		t.Errorf("status %d, want %d: %s", response.StatusCode, c.status, body)
	}
	if media := response.Header.Get("Content-Type"); c.media != "" && media != c.media+"; charset=utf-8" {
		t.Errorf("content type %q, want %q", media, c.media)
	}
	if name, want, ok := strings.Cut(c.header, ": "); ok && response.Header.Get(name) != want {
		t.Errorf("%s %q, want %q", name, response.Header.Get(name), want)
	}
	if c.method == http.MethodHead || c.status == http.StatusNoContent {
		return
	}
	checkBody(t, c, response.StatusCode, body)
}

func checkBody(t *testing.T, c exchange, status int, body []byte) {
	t.Helper()
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("answer is not a JSON object: %.200q", body)
	}
	if _, has := answer["data"]; c.data != "" && has != (c.data == "has") {
		t.Errorf("data %v, want %s: %s", has, c.data, body)
	}
	if c.data == "has" && c.name != "failed field" && answer["errors"] != nil {
		t.Errorf("errors: %s", answer["errors"])
	}
	if status >= 400 && answer["errors"] == nil {
		t.Errorf("status %d without errors: %s", status, body)
	}
	if c.body != "" && len(c.body) > 20 && bytes.Contains(body, []byte(c.body)) {
		t.Errorf("the answer repeats the request: %.200s", body)
	}
}

func send(t *testing.T, s *httptest.Server, c exchange) (*http.Response, []byte) {
	t.Helper()
	method := c.method
	if method == "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/graphql"+c.target, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	switch c.contentType {
	case "":
		r.Header.Set("Content-Type", mediaJSON)
	case "none":
	default:
		r.Header.Set("Content-Type", c.contentType)
	}
	if c.accept != "" {
		r.Header.Set("Accept", c.accept)
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

func FuzzBody(f *testing.F) {
	for _, c := range audits() {
		f.Add([]byte(c.body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		params, refused := parseBody(body)
		if (params == nil) == (refused == nil) {
			t.Fatalf("parseBody(%q): %v, %v", body, params, refused)
		}
	})
}

func FuzzNegotiate(f *testing.F) {
	for _, c := range audits() {
		f.Add(c.accept)
	}
	f.Add("application/json;q=0.1,*/*;q=0, application/*;q=NaN")
	f.Fuzz(func(t *testing.T, accept string) {
		media, ok := negotiate(accept)
		if ok != (media == mediaJSON || media == mediaResponse) {
			t.Fatalf("negotiate(%q): %q, %v", accept, media, ok)
		}
	})
}
