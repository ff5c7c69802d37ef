import { assertEquals } from "@std/assert";
import { fieldLabel, fieldStep } from "../../../viewer/page/ui/field_step.ts";

Deno.test("fieldStep() reaches both ends of a range in steps of one digit", () => {
  assertEquals(fieldStep({ minimum: 0, maximum: 2 }), 0.05);
  assertEquals(fieldStep({ minimum: 0, maximum: 1 }), 0.02);
  assertEquals(fieldStep({ minimum: 0.1, maximum: 8 }), 0.1);
  assertEquals(fieldStep({ minimum: 0, maximum: 400 }), 10);
  assertEquals(fieldStep({ minimum: 0, maximum: Math.PI }), Math.PI / 100);
  assertEquals(fieldStep({ minimum: 1, maximum: 1000, whole: true }), 1);
  assertEquals(fieldStep({ minimum: 0, multipleOf: 4 }), 4);
});

Deno.test("fieldLabel() is the option's name in words", () => {
  assertEquals(fieldLabel("temperature"), "Temperature");
  assertEquals(fieldLabel("guidanceScale"), "Guidance scale");
});
