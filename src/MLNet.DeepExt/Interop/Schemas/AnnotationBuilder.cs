using System.Globalization;
using System.Reflection;
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

    /// <summary>As <see cref="Copy"/> under the same name, but the value is read now, and where it came from is not asked again.</summary>
    public AnnotationBuilder CopyValue(DataViewSchema.Column column, string kind)
    {
        DataViewSchema.Column annotation = column.Annotations.Schema[kind];
        // The type of the values is known at run time only.
        typeof(AnnotationBuilder).GetMethod(nameof(AddValue), BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(annotation.Type.RawType)
            .Invoke(this, BindingFlags.DoNotWrapExceptions, null, [column, annotation], CultureInfo.InvariantCulture);
        return this;
    }

    private void AddValue<T>(DataViewSchema.Column column, DataViewSchema.Column annotation)
    {
        T value = default!;
        column.Annotations.GetValue(annotation.Name, ref value);
        _builder.Add(annotation.Name, annotation.Type, Constant(value, annotation.Type));
    }

    // Vectors are handed out as copies, as the receiver may write into it.
    private static Delegate Constant<T>(T value, DataViewType type)
    {
        if (type is not VectorDataViewType vector)
            return (ValueGetter<T>)((ref T destination) => destination = value);
        return (Delegate)typeof(AnnotationBuilder).GetMethod(nameof(ConstantVector), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(vector.ItemType.RawType)
            .Invoke(null, [value])!;
    }

    private static ValueGetter<VBuffer<T>> ConstantVector<T>(VBuffer<T> value) =>
        (ref VBuffer<T> destination) => value.CopyTo(ref destination);

    public DataViewSchema.Annotations Build() => _builder.ToAnnotations();
}
