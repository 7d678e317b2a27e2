using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Several numbers, which are to be predicted. NaN is a missing one: nothing is learned of it, and a row without any other has no label. An
/// infinity is an error.
/// </summary>
internal sealed class NumbersLabel(string name, int size) : LabelForm(name, size, targetWidth: size)
{
    public override string Describe() => $"holds {Size} numbers";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(this, cursor);

    private sealed class Reader(NumbersLabel form, DataViewRowCursor cursor) : LabelReader
    {
        private readonly ValueGetter<VBuffer<float>> _getter = cursor.GetGetter<VBuffer<float>>(cursor.Schema[form.Name]);
        private VBuffer<float> _numbers;

        public override bool Read()
        {
            _getter(ref _numbers);
            // What a sparse vector leaves out is 0, a number.
            return !_numbers.IsDense || _numbers.GetValues().ContainsAnyExcept(float.NaN);
        }

        public override InvalidOperationException? FindFault()
        {
            if (VectorLength.FindFault(form.Name, form.Size, _numbers.Length) is { } fault)
                return fault;
            foreach (float number in _numbers.GetValues())
            {
                if (float.IsInfinity(number))
                    return FaultOf(number);
            }

            return null;
        }

        public override void CopyTarget(Span<float> destination) => _numbers.CopyTo(destination);

        private InvalidOperationException FaultOf(float infinity)
        {
            int slot = _numbers.Items().First(item => item.Value == infinity).Key;
            return new InvalidOperationException(FormattableString.Invariant(
                $"Label column '{form.Name}' must hold finite numbers, or NaN where one is missing, but a row holds {infinity} in ")
                + $"{SlotNames.Describe(cursor.Schema[form.Name], slot)}; correct it, or replace it by NaN.");
        }
    }
}
