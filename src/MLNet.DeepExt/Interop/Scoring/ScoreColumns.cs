using Microsoft.ML.Data;
using Annotations = Microsoft.ML.DataViewSchema.Annotations;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Output columns of the usual types.</summary>
internal static class ScoreColumns
{
    /// <summary>Writes the values of a vector.</summary>
    /// <param name="outputs">(outputs): those of the network for one row.</param>
    /// <param name="values">(length): every element is to be written.</param>
    public delegate void Writer<T>(ReadOnlySpan<float> outputs, Span<T> values);

    /// <summary>A known-sized vector of <see cref="float"/>.</summary>
    public static ScoreColumn Vector(string name, int length, Annotations annotations, Writer<float> write, ScoreColumn.Description emit) =>
        Vector(name, new VectorDataViewType(NumberDataViewType.Single, length), annotations, write, emit);

    /// <summary>A known-sized vector of <see cref="bool"/>.</summary>
    public static ScoreColumn Vector(string name, int length, Annotations annotations, Writer<bool> write, ScoreColumn.Description emit) =>
        Vector(name, new VectorDataViewType(BooleanDataViewType.Instance, length), annotations, write, emit);

    private static ScoreColumn<VBuffer<T>> Vector<T>(
        string name, VectorDataViewType type, Annotations annotations, Writer<T> write, ScoreColumn.Description emit)
    {
        int length = type.Size;
        return new ScoreColumn<VBuffer<T>>(name, type, annotations, Map, emit);

        void Map(ReadOnlySpan<float> outputs, ref VBuffer<T> value)
        {
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, length);
            write(outputs, editor.Values);
            value = editor.Commit();
        }
    }
}
