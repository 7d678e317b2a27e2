using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Collects the annotations of an output column.</summary>
internal sealed class AnnotationBuilder
{
    private readonly DataViewSchema.Annotations.Builder _builder = new();

    public AnnotationBuilder Text(string kind, string text)
    {
        _builder.Add<ReadOnlyMemory<char>>(kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());
        return this;
    }

    public AnnotationBuilder Texts(string kind, params ReadOnlySpan<string> texts)
    {
        ReadOnlyMemory<char>[] values = new ReadOnlyMemory<char>[texts.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = texts[i].AsMemory();
        var type = new VectorDataViewType(TextDataViewType.Instance, values.Length);
        _builder.Add(
            kind, type, (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(values.Length, [.. values]));
        return this;
    }

    public AnnotationBuilder True(string kind)
    {
        _builder.Add<bool>(kind, BooleanDataViewType.Instance, (ref bool value) => value = true);
        return this;
    }

    public AnnotationBuilder Key(string kind, uint key)
    {
        _builder.Add<uint>(kind, AnnotationUtils.ScoreColumnSetIdType, (ref uint value) => value = key);
        return this;
    }

    /// <summary>Copies an annotation that <paramref name="column"/> has, under a name of its own.</summary>
    public AnnotationBuilder Copy(DataViewSchema.Column column, string sourceKind, string kind)
    {
        DataViewSchema.Column annotation = column.Annotations.Schema[sourceKind];
        // The type of the values is known at run time only.
        var getter = (Delegate)typeof(DataViewSchema.Annotations)
            .GetMethod(nameof(DataViewSchema.Annotations.GetGetter))!
            .MakeGenericMethod(annotation.Type.RawType)
            .Invoke(column.Annotations, [annotation])!;
        _builder.Add(kind, annotation.Type, getter);
        return this;
    }

    /// <summary>As <see cref="Copy"/>, if there is one.</summary>
    public AnnotationBuilder CopyIfAny(DataViewSchema.Column column, string kind) =>
        column.Annotations.Schema.GetColumnOrNull(kind) is null ? this : Copy(column, kind, kind);

    public DataViewSchema.Annotations Build() => _builder.ToAnnotations();
}
