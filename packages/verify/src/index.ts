export {compareDigests, describeDifference} from './compare.ts';
export type {Difference} from './compare.ts';
export {makeReceipt} from './make-receipt.ts';
export type {MadeReceipt, ReceiptFields, ReceiptTableFields} from './make-receipt.ts';
export {parseReceipt} from './parse-receipt.ts';
export {verifyReadBack} from './read-back.ts';
export type {ReadBackLimits} from './read-back.ts';
export {RECEIPT_FORMAT, receiptCatalog} from './receipt.ts';
export type {PlaceRecord, Receipt, ReceiptColumn, ReceiptSchema, ReceiptTable, SideDigest} from './receipt.ts';
