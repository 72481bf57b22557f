import "./reports.css";
