using Microsoft.ML;
using MLNet.DeepExt.Data;

namespace MLNet.DeepExt.Evaluation;

/// <summary>A label that is one of the classes of the scores; one that is none of them is missing.</summary>
internal sealed class ClassLabel(string name, int classes, ClassReader reader) : LabelForm(name, classes, targetWidth: 0)
{
    public override string Describe() => $"has {Size} classes";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(reader.Open(cursor, cursor.Schema[Name]));

    private sealed class Reader(Func<int> read) : LabelReader
    {
        private int _class;

        public override int Class => _class;

        public override bool Read() => (_class = read()) >= 0;
    }
}
