import "@tabler/core/dist/css/tabler.min.css";
import "@fontsource-variable/golos-text/index.css";
import "./theme.css";
import "htmx.org";
