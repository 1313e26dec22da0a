// Prints the document of a huma application.
//
//	shelf 3.0|3.1
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/sse"
)

type Author struct {
	Name string  `json:"name" minLength:"1" maxLength:"80" example:"Ann"`
	Mail *string `json:"mail,omitempty" format:"email"`
}

type Book struct {
	ID      string            `json:"id" format:"uuid" readOnly:"true"`
	Title   string            `json:"title" pattern:"^[^<>]+$"`
	Kind    string            `json:"kind" enum:"novel,poem" default:"novel"`
	Pages   int32             `json:"pages" minimum:"1" exclusiveMaximum:"10000"`
	Price   float64           `json:"price,omitempty" multipleOf:"0.01"`
	Authors []Author          `json:"authors" minItems:"1" maxItems:"9"`
	Words   map[string]uint64 `json:"words,omitempty"`
	Cover   []byte            `json:"cover,omitempty"`
	Added   time.Time         `json:"added"`
	Next    *Book             `json:"next,omitempty"`
	Tags    []string          `json:"tags,omitempty" uniqueItems:"true"`
	Code    *string           `json:"code" nullable:"true"`
	Any     any               `json:"any,omitempty"`
	Pair    [2]int            `json:"pair"`
	Secret  string            `json:"secret,omitempty" writeOnly:"true"`
}

type Search struct {
	Kind  string    `query:"kind" enum:"novel,poem"`
	Tags  []string  `query:"tags"`
	Ids   []int     `query:"ids,explode"`
	Since time.Time `query:"since"`
	Limit uint      `query:"limit" minimum:"1" maximum:"100" default:"10"`
	Trace string    `header:"X-Trace"`
	Theme string    `cookie:"theme"`
}

type One struct {
	ID    string `path:"id" format:"uuid"`
	Match string `header:"If-Match"`
}

type Found struct {
	ETag string `header:"ETag"`
	Body Book
}

type All struct {
	Link string `header:"Link"`
	Body []Book
}

type Change struct {
	One
	Body struct {
		Title string `json:"title,omitempty"`
		Pages int    `json:"pages,omitempty"`
	}
}

type Upload struct {
	ID      string `path:"id"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type Form struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" contentType:"image/png" required:"true"`
		Note string        `form:"note"`
	}]
}

func register(api huma.API) {
	key := []map[string][]string{{"bearer": {}}, {"key": {}}}
	huma.Get(api, "/books", func(context.Context, *Search) (*All, error) { return nil, nil })
	huma.Get(api, "/books/{id}", func(context.Context, *One) (*Found, error) { return nil, nil })
	huma.Register(api, huma.Operation{
		OperationID: "add-book", Method: http.MethodPost, Path: "/books", Security: key,
		DefaultStatus: http.StatusCreated, Errors: []int{409, 422}, Tags: []string{"books"},
	}, func(context.Context, *struct{ Body Book }) (*Found, error) { return nil, nil })
	huma.Patch(api, "/books/{id}",
		func(context.Context, *Change) (*Found, error) { return nil, nil })
	huma.Delete(api, "/books/{id}",
		func(context.Context, *One) (*struct{}, error) { return nil, nil })
	huma.Put(api, "/covers/{id}",
		func(context.Context, *Upload) (*struct{}, error) { return nil, nil })
	huma.Post(api, "/covers", func(context.Context, *Form) (*struct{}, error) { return nil, nil })
	sse.Register(api,
		huma.Operation{OperationID: "events", Method: http.MethodGet, Path: "/events"},
		map[string]any{"author": Author{}, "book": Book{}},
		func(context.Context, *struct{}, sse.Sender) {})
}

func main() {
	config := huma.DefaultConfig("Shelf", "1.0.0")
	config.Servers = []*huma.Server{{URL: "https://example.com/v1"}, {URL: "/"}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
		"key":    {Type: "apiKey", In: "header", Name: "X-Key"},
	}
	api := humago.New(http.NewServeMux(), config)
	register(api)
	write := api.OpenAPI().MarshalJSON
	if len(os.Args) > 1 && os.Args[1] == "3.0" {
		write = api.OpenAPI().Downgrade
	}
	document, err := write()
	if err != nil {
		panic(err)
	}
	fmt.Println(string(document))
}
