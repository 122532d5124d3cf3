package mailbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>flags</key><integer>8590195713</integer></dict></plist>
`

func TestEmlx(t *testing.T) {
	of := func(count int, mail, rest string) string { return fmt.Sprintf("%-10d\n%s%s", count, mail, rest) }
	n := len(mailA)
	binary := strings.Replace(plist, `<?xml version="1.0" encoding="UTF-8"?>`+"\n", "", 1)
	for _, test := range []struct{ name, file, want string }{
		{"as Apple writes it", of(n, mailA, plist), "@11 " + flat(mailA)},
		{"no property list", of(n, mailA, ""), "@11 " + flat(mailA)},
		{"a list without declaration", of(n, mailA, binary[strings.Index(binary, "<plist"):]), "@11 " + flat(mailA)},
		{"a mail without a line end", of(n-1, mailA[:n-1], plist), "@11 " + flat(mailA[:n-1])},
		{"CR LF behind the count", strings.Replace(of(n, mailA, plist), "\n", "\r\n", 1), "@12 " + flat(mailA)},
		{"count too small", of(n-3, mailA, plist), "@11 " + flat(mailA)},
		{"count too large", of(n+9, mailA, plist), "@11 " + flat(mailA)},
		{"count beyond the end", of(n+9999, mailA, ""), "@11 " + flat(mailA)},
		{"count of nothing", of(0, mailA, plist), "@11 " + flat(mailA)},
		{"a list within the mail", of(n+len(plist), mailA+plist, plist), "@11 " + flat(mailA+plist)},
		{"cut off", of(500, mailA, ""), "@11 " + flat(mailA)},
		{"CR LF in the mail", of(n+3, strings.ReplaceAll(mailA, "\n", "\r\n"), plist), "@11 " + flat(strings.ReplaceAll(mailA, "\n", "\r\n"))},
	} {
		check(t, test.name, loadBytes(t, "1.emlx", []byte(test.file), Options{}), "message 1.emlx", "  1.emlx"+test.want)
	}
	check(t, "partial, in a folder", load(t, tree(t, entry{"Messages/3.partial.emlx", of(n, mailA, plist)}, entry{"Messages/4.emlx", of(n, mailB, plist)}), Options{}),
		"message Messages", "  Messages/3.partial.emlx@11 "+flat(mailA), "  Messages/4.emlx@11 "+flat(mailB))
	check(t, "in a zip", loadBytes(t, "x.zip", zipOf(t, entry{"3.emlx", of(n, mailA, plist)}), Options{}), "archive x.zip", "  x.zip/3.emlx@11 "+flat(mailA))
	check(t, "too large", loadBytes(t, "1.emlx", []byte(of(99, "Subject: a\n\n"+strings.Repeat("x", 87), plist)), Options{MaxItem: 20}),
		"message 1.emlx", "  1.emlx@11 rejected: larger than the limit of 20 bytes")
	check(t, "list beyond the limit", loadBytes(t, "1.emlx", []byte(of(n, mailA, plist)), Options{MaxItem: 80}),
		"message 1.emlx", "  1.emlx@11 "+flat(mailA))
}

// FuzzEmlx demands that the item is bytes of the file, where it says, and that
// what is left of the file is white space or a property list.
func FuzzEmlx(f *testing.F) {
	f.Add([]byte("14\n" + mailA + plist))
	f.Add([]byte("3\r\n" + mailA + plist))
	f.Add([]byte("999999999999999\n" + mailA))
	f.Add([]byte("0\nFrom: a\n\n<?xml "))
	arg := filepath.Join(f.TempDir(), "x")
	f.Fuzz(func(t *testing.T, file []byte) {
		if recognise(file[:min(len(file), headSize)]) != isEmlx {
			return
		}
		must(t, os.WriteFile(arg, file, 0o600))
		for source, err := range Walk(t.Context(), arg, Options{}) {
			must(t, err)
			for item, err := range source.Items(t.Context(), nil) {
				must(t, err)
				if !bytes.HasPrefix(file[item.Offset:], item.Raw) {
					t.Fatalf("at byte %d: got %q, want bytes of the file", item.Offset, item.Raw)
				}
				if rest := file[int(item.Offset)+len(item.Raw):]; !endsMail(rest) {
					t.Errorf("got %q left, want a property list", rest)
				}
			}
		}
	})
}
