using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>A number that is a yes or no, 1 or 0, and so the class of a row. NaN is missing.</summary>
internal sealed class YesNoLabel(string name) : LabelForm(name, size: 2, targetWidth: 0)
{
    public override string Describe() => "holds 0 or 1";

    public override LabelReader Open(DataViewRowCursor cursor) =>
        new Reader(this, NumberGetters.OfSingle(cursor, cursor.Schema[Name]));

    private sealed class Reader(YesNoLabel form, ValueGetter<float> getter) : LabelReader
    {
        private float _number;

        public override int Class => (int)_number;

        public override bool Read()
        {
            getter(ref _number);
            return !float.IsNaN(_number);
        }

        public override InvalidOperationException? FindFault() => _number is 0 or 1
            ? null
            : new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Label column '{form.Name}' must hold 1 for yes, 0 for no or NaN for unknown but a row holds {_number}."));
    }
}
