/**
 * Which keys the objects of a PDF keep (ISO 32000-2): those that say how something is drawn. Programs put others
 * beside them, such as the path of a picture's file (`PTEX.FileName`).
 */

import type { PDFDict } from "@cantoo/pdf-lib";

import { name, nameAt } from "./pdf_read.ts";

const STREAM = ["Filter", "DecodeParms", "Length"];

function keys(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

function streamKeys(words: string): ReadonlySet<string> {
  return new Set([...STREAM, ...words.split(" ")]);
}

const IMAGE = streamKeys("Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte OC");
const FORM = streamKeys("Type Subtype FormType BBox Matrix Resources Group OC");
const PATTERN = streamKeys("Type PatternType PaintType TilingType BBox XStep YStep Resources Matrix Shading ExtGState");
const SHADING = streamKeys("ShadingType ColorSpace Background BBox AntiAlias Domain Coords Matrix Function Extend BitsPerCoordinate BitsPerComponent BitsPerFlag Decode VerticesPerRow");
const FUNCTION = streamKeys("FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Functions Bounds");
const HALFTONE = streamKeys("Type HalftoneType Frequency Angle SpotFunction AccurateScreens TransferFunction Width Height Width2 Height2 Xsquare Ysquare");
/** What is on pages, fonts' programs, tables of letters, profiles of colors. */
const ANY_STREAM = streamKeys("Type Subtype Length1 Length2 Length3 CMapName CIDSystemInfo WMode UseCMap N Alternate Range");

const FONT = keys("Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo DW W DW2 W2 CIDToGIDMap FontBBox FontMatrix CharProcs Resources");
const FIELD = "FT Ff Kids Parent V DV Opt TI I MaxLen T TU";
export const ANNOTATION = keys(`Type Subtype Rect P F AP AS Border C CA ca BM OC A Dest H QuadPoints BS BE IC L LE LL LLE LLO Vertices Path InkList CL RD Q DA Contents DS IT Rotate MK Name Sy Cap CP CO RO Repeat Lang FixedPrint ${FIELD}`);

const DESCRIPTOR = keys("Type FontName FontFamily FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CharSet Style Lang FD CIDSet");
const GROUP = keys("Type S CS I K");

const BY_TYPE: Readonly<Record<string, ReadonlySet<string>>> = {
  Font: FONT,
  FontDescriptor: DESCRIPTOR,
  Encoding: keys("Type BaseEncoding Differences"),
  ExtGState: keys("Type LW LC LJ ML D RI OP op OPM Font BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM SMask CA ca AIS TK UseBlackPtComp"),
  Pages: keys("Type Parent Kids Count Resources MediaBox CropBox Rotate"),
  Group: GROUP,
  Mask: keys("Type S G BC TR"),
  OCG: keys("Type Name Intent Usage"),
  OCMD: keys("Type OCGs P VE"),
  Outlines: keys("Type First Last Count"),
  OutputIntent: keys("Type S OutputConditionIdentifier RegistryName DestOutputProfile"),
  Annot: ANNOTATION,
  Halftone: HALFTONE,
  Pattern: PATTERN,
};

const OUTLINE = keys("Title Parent Prev Next First Last Count Dest A C F");

/** What stands under these keys, where it does not say itself what it is. */
export const BY_PLACE: Readonly<Record<string, ReadonlySet<string>>> = {
  Resources: keys("ExtGState ColorSpace Pattern Shading XObject Font ProcSet Properties"),
  DR: keys("ExtGState ColorSpace Pattern Shading XObject Font ProcSet Encoding"),
  AcroForm: keys("Fields NeedAppearances DR DA Q CO"),
  DecodeParms: keys("Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError JBIG2Globals ColorTransform"),
  CIDSystemInfo: keys("Registry Ordering Supplement"),
  FontDescriptor: DESCRIPTOR,
  MK: keys("R BC BG CA RC AC I RI IX IF TP"),
  BS: keys("Type W S D"),
  BE: keys("S I"),
  Group: GROUP,
};
/** Lists of properties beside what is drawn, which are named in resources. */
export const PROPERTIES = keys("Type MCID Lang ActualText E OCGs P VE Name Intent Usage");

/** Where what a dictionary is cannot be told, text may stand under these alone: where links lead, and what is read. */
export const READ = keys("URI D Dest Names Limits Nums P Order Lang DA ActualText Alt E CA N");

/** Keys that may stay in `one`, which `isStream` or not; null where what it is cannot be told. */
export function keysOf(one: PDFDict, isStream: boolean): ReadonlySet<string> | null {
  if (isStream) return streamKeysOf(one);
  const type = nameAt(one, "Type");
  const known = Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined;
  if (known !== undefined) return known;
  if (one.has(name("PatternType"))) return PATTERN;
  if (one.has(name("ShadingType"))) return SHADING;
  if (one.has(name("FunctionType"))) return FUNCTION;
  if (one.has(name("BaseFont"))) return FONT;
  if (one.has(name("Title")) && one.has(name("Parent"))) return OUTLINE;
  if (one.has(name("T")) && one.has(name("Kids"))) return ANNOTATION; // a field that only holds others
  return one.has(name("FT")) ? ANNOTATION : null;
}

function streamKeysOf(one: PDFDict): ReadonlySet<string> {
  const kind = nameAt(one, "Subtype");
  if (kind === "Image") return IMAGE;
  if (kind === "Form") return FORM;
  if (one.has(name("PatternType"))) return PATTERN;
  if (one.has(name("ShadingType"))) return SHADING;
  if (one.has(name("FunctionType"))) return FUNCTION;
  return one.has(name("HalftoneType")) ? HALFTONE : ANY_STREAM;
}
