package storetest

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
)

// show writes a value so that equal answers are equal text: pointers are
// followed, nil and empty lists are alike, bytes are hex, zero fields are
// left out. It serves our own shallow types only.
func show(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v))
	return b.String()
}

func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
	case reflect.Pointer, reflect.Interface:
		write(b, v.Elem())
	case reflect.Struct:
		writeStruct(b, v)
	case reflect.Slice, reflect.Array:
		writeList(b, v)
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

func writeStruct(b *strings.Builder, v reflect.Value) {
	name, _, _ := strings.Cut(v.Type().Name(), "[") // without type parameters
	b.WriteString(name + "{")
	separator := ""
	for i := range v.NumField() {
		field := v.Field(i)
		if field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		b.WriteString(separator + v.Type().Field(i).Name + ":")
		write(b, field)
		separator = " "
	}
	b.WriteString("}")
}

func writeList(b *strings.Builder, v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		bytes := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(bytes), v)
		b.WriteString(hex.EncodeToString(bytes))
		return
	}
	b.WriteString("[")
	for i := range v.Len() {
		if i > 0 {
			b.WriteString(" ")
		}
		write(b, v.Index(i))
	}
	b.WriteString("]")
}

// brief cuts two texts to where they begin to differ.
func brief(got, want string) (string, string) {
	const before, after = 100, 160
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	cut := func(text string) string {
		from, to := max(0, at-before), min(len(text), at+after)
		piece := text[from:to]
		if from > 0 {
			piece = "…" + piece
		}
		if to < len(text) {
			piece += "…"
		}
		return piece
	}
	return cut(got), cut(want)
}
