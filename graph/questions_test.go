package graph

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var block = regexp.MustCompile("(?s)\n## ([^\n]+)\n.*?```graphql\n(.*?)```")

// TestQuestions answers every query of docs/questions.md; each must find
// something.
func TestQuestions(t *testing.T) {
	known := map[string]any{
		"person": named("person:ada"), "other": named("person:news@desk.example"), "far": named("person:fay@elsewhere.example"),
		"tie": named("tie:ada:bo"), "thread": named("thread:bridge1"), "reply": named("message:bridge4"),
		"missing": named("message:bridge3"), "batch": named("batch:2"), "file": fmt.Sprintf("%x", sha256.Sum256([]byte("plan"))),
	}
	h := handler(nil, Options{})
	text := read(t, "../docs/questions.md")
	found := block.FindAllStringSubmatch(text, -1)
	if want := strings.Count(text, "```graphql"); len(found) != want || want < 20 {
		t.Fatalf("%d questions with a query, %d queries, want at least 20 of both", len(found), want)
	}
	for _, q := range found {
		question, document := q[1], q[2]
		variables := map[string]any{}
		for name, id := range known {
			if strings.Contains(document, "$"+name+":") {
				variables[name] = id
			}
		}
		a := ask(t, h, document, variables)
		if len(a.Errors) > 0 {
			t.Errorf("%s: %+v", question, a.Errors)
			continue
		}
		for field, answer := range a.Data {
			if text, _ := json.Marshal(answer); answer == nil || strings.Contains(string(text), `"nodes":[]`) && !strings.Contains(string(text), `"nodes":[{`) || string(text) == "[]" {
				t.Errorf("%s: %s finds nothing: %s", question, field, text)
			}
		}
	}
}
