using Microsoft.ML;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// One number, whatever its type, which is to be predicted. NaN is a missing one; an infinity, or a number beyond what Single holds, is an error.
/// </summary>
internal sealed class NumberLabel(string name) : LabelForm(name, size: 1, targetWidth: 1)
{
    public override string Describe() => "holds 1 number";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(Name, NumberGetters.OfSingle(cursor, cursor.Schema[Name]));

    private sealed class Reader(string name, ValueGetter<float> getter) : LabelReader
    {
        private float _number;

        public override bool Read()
        {
            getter(ref _number);
            return !float.IsNaN(_number);
        }

        public override InvalidOperationException? FindFault() => float.IsInfinity(_number)
            ? new InvalidOperationException(FormattableString.Invariant(
                $"Label column '{name}' must hold finite numbers, or NaN where one is missing, but a row holds {_number}; ")
                + "correct it, or replace it by NaN.")
            : null;

        public override void CopyTarget(Span<float> destination) => destination[0] = _number;
    }
}
