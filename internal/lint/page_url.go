package lint

// Home is where the project is published.
const Home = "https://coopcloud.tech/catalogue"

// PageURL is where the page of the rule with the code is published.
func PageURL(code string) string { return Home + "/docs/rules/" + code + ".md" }
