import "./board.css";
import { startArranging } from "./arrange";
import { startLive } from "./live";
import { startPlacePicker } from "./places";

startPlacePicker();
startArranging();
startLive();
