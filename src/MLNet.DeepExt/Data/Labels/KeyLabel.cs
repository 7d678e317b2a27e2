using Microsoft.ML;

namespace MLNet.DeepExt.Data;

/// <summary>A key, which is the class of a row: key 1 is class 0, and the missing key is none.</summary>
internal sealed class KeyLabel(string name, int classes) : LabelForm(name, classes, targetWidth: 0)
{
    public override string Describe() => $"has {Size} classes";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(this, cursor.GetGetter<uint>(cursor.Schema[Name]));

    private sealed class Reader(KeyLabel form, ValueGetter<uint> getter) : LabelReader
    {
        private uint _key;

        public override int Class => (int)(_key - 1);

        public override bool Read()
        {
            getter(ref _key);
            return _key != 0;
        }

        public override InvalidOperationException? FindFault() => _key <= form.Size
            ? null
            : new InvalidOperationException(
                $"Label column '{form.Name}' must hold keys from 1 to {form.Size}, as its type says, but a row has key {_key}.");
    }
}
