namespace MLNet.DeepExt.Evaluation;

/// <summary>What is computed of a <see cref="ScoredTable"/>, which passes its rows on in blocks: metrics, segments, confusions, a bootstrap.</summary>
internal abstract class ScoredFold
{
    /// <summary>Adds the rows of the next block. The block is overwritten afterwards; a fold that needs the rows later copies them.</summary>
    public abstract void Add(ScoredBlock block);

    /// <summary>Ends a pass over all rows.</summary>
    /// <param name="table">The table, of which all rows were added.</param>
    /// <returns>Whether all rows have to be added again. Most folds need them once.</returns>
    public virtual bool EndPass(ScoredTable table) => false;
}
