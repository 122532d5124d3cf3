package neo4j_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store/neo4j/neo4jtest"
)

// page is docs/cypher.md.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "cypher.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	questionBlock = regexp.MustCompile("(?s)### (\\d+)\\. ([^\n]+)\n.*?```cypher\n(.*?)```")
	paramLine     = regexp.MustCompile(`(?m)^:param (\w+) => (.*)$`)
)

func paramsOf(t *testing.T, page string) map[string]any {
	t.Helper()
	params := map[string]any{}
	for _, m := range paramLine.FindAllStringSubmatch(page, -1) {
		if n, err := strconv.ParseInt(m[2], 10, 64); err == nil {
			params[m[1]] = n
			continue
		}
		params[m[1]] = strings.Trim(m[2], "'")
	}
	return params
}

// empty are the questions that the sample release answers with nothing.
var empty = map[string]string{
	"25": "every link of today is stated by a header",
}

// TestCypherPage runs every question of the page on the sample release, and
// compares what the ledger answers too.
func TestCypherPage(t *testing.T) {
	c := neo4jtest.Database(t)
	_, ledger := sampled(t, c, oddMail(t))
	text := page(t)
	db, params := plain(t, c), paramsOf(t, text)
	questions := questionBlock.FindAllStringSubmatch(text, -1)
	if n := strings.Count(text, "\n### "); len(questions) != n || n < 25 {
		t.Errorf("got %d questions with Cypher of %d, want at least 25", len(questions), n)
	}
	o := oracle{t, ledger, params}
	answers := o.answers()
	for i, q := range questions {
		if q[1] != strconv.Itoa(i+1) {
			t.Errorf("question %s stands at place %d", q[1], i+1)
		}
		t.Run(q[1], func(t *testing.T) {
			if plan := db.explain(t, q[3], params); plan.any("AllNodesScan") {
				t.Errorf("%s looks at all nodes", q[2])
			}
			rows := db.run(t, q[3], params)
			if _, ok := empty[q[1]]; ok != (len(rows) == 0) {
				t.Errorf("%s: got %d rows", q[2], len(rows))
			}
			if check, ok := answers[q[1]]; ok && len(rows) > 0 {
				got, want := check(rows)
				slices.Sort(got)
				slices.Sort(want)
				sameLines(t, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			delete(answers, q[1])
		})
	}
	if len(answers) > 0 {
		t.Errorf("%d answers of the ledger go with no question", len(answers))
	}
}

// oddMail is what the sample release lacks: a Message-ID that everybody
// states, and an item that is no mail.
func oddMail(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "odd")
	files := map[string]string{"empty.eml": ""}
	for n := range 9 {
		files[fmt.Sprint(n, ".eml")] = fmt.Sprintf("From: p%d@fax.example\r\nTo: office@fax.example\r\nMessage-ID: <scan@fax.example>\r\n"+
			"Date: Mon, 0%d Feb 2016 10:00:00 +0000\r\nSubject: Page %[1]d\r\n\r\nPage %[1]d of the fax.\r\n", n, n+1)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestCypherPageNamesAll finds every label, property and relationship on the
// page.
func TestCypherPageNamesAll(t *testing.T) {
	text := page(t)
	for name := range model {
		owner, property, of := strings.Cut(strings.TrimLeft(name, ":-"), ".")
		if strings.HasPrefix(property, "search") && owner == "Message" {
			property = "search…"
		}
		if !strings.Contains(text, owner) || of && !strings.Contains(text, "`"+property+"`") {
			t.Errorf("%s is not on the page", name)
		}
	}
}

// TestReadOnlySession shows that the server keeps whom the page tells to
// connect for reading from writing.
func TestReadOnlySession(t *testing.T) {
	c := neo4jtest.Database(t)
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth("neo4j", c.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(context.Background())
	session := driver.NewSession(t.Context(), bolt.SessionConfig{DatabaseName: "neo4j", AccessMode: bolt.AccessModeRead})
	defer session.Close(context.Background())
	result, err := session.Run(t.Context(), `CREATE (:Message)`, nil)
	if err == nil {
		_, err = result.Consume(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "read access mode") {
		t.Errorf("got %v, want a refusal", err)
	}
}
