/** Makes every environment of the lab known to `make`. */
import "./car_racing/register.ts";
import "./car_traffic/register.ts";
import "./classic/register.ts";
import "./take_cover/register.ts";
