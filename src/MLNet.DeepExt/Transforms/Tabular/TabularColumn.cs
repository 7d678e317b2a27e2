using Microsoft.ML;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>How columns of a type become features.</summary>
internal abstract class TabularColumn
{
    private static readonly TabularColumn[] All = [new NumberColumn(), new DateColumn(), new TextColumn(), new KeyColumn()];

    /// <summary>Whether the features are slots of a category; otherwise they are numbers.</summary>
    public abstract bool IsCategory { get; }

    /// <summary>What columns of a type, or vectors of it, become; null if nothing does.</summary>
    public static TabularColumn? Find(SchemaShape.Column column) => Array.Find(All, kind => kind.Accepts(column));

    /// <summary>What has to be done before anything is learned: makes floats, texts or keys of a column.</summary>
    public abstract IEstimator<ITransformer> Convert(TransformsCatalog transforms, string output, DataViewSchema.Column input);

    protected abstract bool Accepts(SchemaShape.Column column);
}
